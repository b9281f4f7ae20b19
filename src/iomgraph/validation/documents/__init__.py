"""RDF files that know the place of every triple: read fast into a store, looked into again on demand.

A file is read once, at the parser's full speed. Where findings ask for places, it is read a second
time by the same parser, which is then fed token by token (`positions`): what it was fed last when it
yields a triple is where that triple stands. So a place costs time only where something was found,
and no memory for what was not.
"""

from iomgraph.validation.documents.files import File
from iomgraph.validation.documents.limits import DocumentError
from iomgraph.validation.documents.reading import Documents, Reading, read

__all__ = ["DocumentError", "Documents", "File", "Reading", "read"]
