"""Append-only journals of facts: SQLite and PostgreSQL, with a hash chain."""
