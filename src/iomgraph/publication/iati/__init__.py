"""Projects as activities of the IATI Standard 2.03: `iati/activities.xml`, and the list of omissions."""
