"""Check a ruleset beyond its format: the ledger, names never used, the tests it carries.

Findings have the codes E320 to E339 and W340 to W359.
"""
