"""Reports: one writer per format, one table of formats. Start reading at `formats.py`."""
