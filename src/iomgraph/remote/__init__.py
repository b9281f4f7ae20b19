"""A release and stores elsewhere: pushed into one, asked of one. The one package that opens connections."""
