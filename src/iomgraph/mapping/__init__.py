"""The mapping of records to quads, which the context alone defines."""
