"""Spreadsheets and delimited text, streamed into rows whose cells know their kind and their place.

Workbooks (XLSX) are read with the standard library's `zipfile` and Expat, a row at a time.
"""
