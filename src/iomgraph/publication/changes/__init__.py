"""Changes from one release to the next: as a patch, for people, and as a feed to follow."""
