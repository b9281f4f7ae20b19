"""Activities of the IATI Standard into pages with their claims."""
