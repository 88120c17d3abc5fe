"""Compile a ruleset, under one choice of readings and parameters, to a plan.

Names are resolved, expressions compiled, every norm kind lowered to its step. Everything that is
wrong is a diagnostic with its place; codes E301 to E319.
"""
