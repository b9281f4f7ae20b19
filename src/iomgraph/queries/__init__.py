"""The named queries: their files, parameters and execution. Start reading at `library.py`."""
