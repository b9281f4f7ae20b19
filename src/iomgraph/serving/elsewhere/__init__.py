"""A release whose graphs are in a store elsewhere. Start reading at `opened.py`."""
