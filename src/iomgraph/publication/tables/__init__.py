"""The data as tables: one a class, as CSV, JSON Lines and Parquet, described by `datapackage.json`."""
