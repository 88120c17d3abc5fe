"""The compiled form of a ruleset: all that evaluators see."""
