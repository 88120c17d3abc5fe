"""Facts one at a time: only what reads the new fact is judged again."""
