"""Charts: what is counted, and how it is drawn; each is a drawing, a table, a file and a query."""
