"""The reading of rows into claims: the statements of each page, in our vocabulary."""
