"""The reconciliation of claims into one record per project."""
