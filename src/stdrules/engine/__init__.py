"""Evaluators: the same function of plan, facts, as-of and known-at, computed in several ways."""
