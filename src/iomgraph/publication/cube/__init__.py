"""Projects and budgets as statistics: by state, year, theme and goal, as an RDF Data Cube and as CSV."""
