"""Other people’s tables, reconciled with a release (W3C Entity Reconciliation CG, 0.2 and 1.0-draft)."""
