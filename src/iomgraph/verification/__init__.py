"""The verification of a release: its files, their syntax, their agreement, and its description."""
