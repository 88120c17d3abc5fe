"""Intake: rows of data become facts, each with its place, and nothing is guessed."""
