"""stdrules: obligations, deadlines, violations and scores from facts, clause by clause."""
