"""What people and programs read of an evaluation: sentences, tables, JSON and other formats."""
