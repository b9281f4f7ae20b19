"""The static site of a release, in three languages: no server, no cookie, nothing from elsewhere."""
