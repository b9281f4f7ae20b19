"""The data as tables: one per class, as CSV, JSON Lines and Parquet, described by `datapackage.json`."""
