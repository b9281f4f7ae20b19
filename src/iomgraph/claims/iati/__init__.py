"""The reading of IATI activities into pages with their claims."""
