"""Records into quads: the JSON-LD context, compiled."""
