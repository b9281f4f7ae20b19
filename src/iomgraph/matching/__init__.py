"""Names and codes as people type them, and the things that they stand for."""
