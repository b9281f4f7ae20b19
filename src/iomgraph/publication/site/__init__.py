"""The static site of a release, in three languages, without a server, cookies or other hosts."""
