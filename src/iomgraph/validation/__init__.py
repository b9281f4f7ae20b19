"""The validation of a graph by shapes, which gives findings and a verdict."""
