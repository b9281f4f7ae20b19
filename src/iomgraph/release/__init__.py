"""The release: its files, and how to open it. Start reading at `manifest.py`."""
