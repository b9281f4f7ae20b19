"""The reading of IATI files, version 2, into activities that know their place."""
