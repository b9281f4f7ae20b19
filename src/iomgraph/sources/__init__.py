"""Bytes into rows that know their place."""
