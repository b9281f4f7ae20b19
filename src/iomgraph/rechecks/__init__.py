"""The graph against the shapes, some projects at a time: each processor has a small store of its own."""
