"""The reading of bytes into rows that know their place."""
