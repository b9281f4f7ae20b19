"""The release: the files that it is made of, and how it is opened. Start reading at `manifest.py`."""
