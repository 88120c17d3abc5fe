"""The command line. Commands are in files of their own, read only when they are used."""
