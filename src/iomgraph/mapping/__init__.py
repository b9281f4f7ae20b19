"""Records into quads, by the context alone."""
