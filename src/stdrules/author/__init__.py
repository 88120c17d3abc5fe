"""Help for authors: binding a ruleset to the reader's own copy of its document."""
