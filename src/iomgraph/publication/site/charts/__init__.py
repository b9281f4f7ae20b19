"""Charts and their figures; each chart is a drawing, a table, a file and a query."""
