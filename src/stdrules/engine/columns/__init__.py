"""Many cases at once: the steps of a plan over columns sorted by case."""
