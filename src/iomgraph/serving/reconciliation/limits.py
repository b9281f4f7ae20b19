"""The limits of a batch and of its results."""

BATCH = 1_000
"""Queries in a batch, and entities in a data extension."""
CANDIDATES = 10
"""Candidates of a query that says nothing of it; and suggestions."""
MOST_CANDIDATES = 100
CONDITIONS = 20
"""Conditions of a query, and properties of a data extension."""
VALUES = 50
"""Values of a condition."""
WIDTH, HEIGHT = 430, 320
"""Pixels of a preview."""
