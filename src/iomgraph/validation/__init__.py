"""The graph against the shapes: findings, and the verdict."""
