"""The library's front door: load a ruleset, judge facts, read the report.

``stdrules.load``, ``stdrules.audit``, ``stdrules.list_rulesets``, ``stdrules.Ruleset``,
``stdrules.Report`` and ``stdrules.StdrulesError`` are what a program needs.
"""
