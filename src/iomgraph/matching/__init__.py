"""The matching of names and codes, as people type them, to the things that they stand for."""
