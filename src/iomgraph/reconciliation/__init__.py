"""Columns of other people's tables, matched with states, goals, targets, or the things of a release."""
