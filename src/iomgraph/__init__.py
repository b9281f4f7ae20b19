"""iomgraph: a linked-data publisher."""
