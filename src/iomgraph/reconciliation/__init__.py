"""The matching of columns in other people's tables with states, goals, targets or things of a release."""
