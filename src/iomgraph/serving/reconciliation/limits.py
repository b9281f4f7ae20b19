"""The limits of a batch and of its results."""

BATCH = 1_000
"""Most queries in a batch, and most entities in a data extension."""
CANDIDATES = 10
"""The default number of candidates of a query, and of suggestions."""
MOST_CANDIDATES = 100
CONDITIONS = 20
"""Most conditions of a query, and most properties of a data extension."""
VALUES = 50
"""Most values of a condition."""
WIDTH, HEIGHT = 430, 320
"""Width and height of a preview, in pixels."""
