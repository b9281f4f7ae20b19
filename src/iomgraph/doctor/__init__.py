"""A check of any publisher of linked data from outside. Start reading at `examination.py`."""
