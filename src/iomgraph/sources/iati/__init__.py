"""Files of the IATI Standard, version 2: bytes into activities that know their place."""
