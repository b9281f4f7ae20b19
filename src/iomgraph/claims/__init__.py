"""Rows into what each page says, in our vocabulary."""
