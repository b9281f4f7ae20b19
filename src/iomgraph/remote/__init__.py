"""A release and stores elsewhere: pushes and queries. Only this package opens connections."""
