"""The rule format as typed, frozen data: header, vocabulary, norms, scorecard, ledger, cases.

These classes say what a ruleset file may hold; reading files is ``stdrules.load``. Switches on
readings and parameters are resolved before a norm is built (``stdrules.model.switches``).
"""
