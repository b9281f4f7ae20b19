"""RDF files that know the place of every triple: read fast into a store, and read again on demand.

A file is read once, at the parser's full speed. If findings need places, the same parser reads it again,
token by token (`positions`): the last token before it yields a triple gives the place of that triple. Thus
places only cost time for findings, and no memory for the other triples.
"""

from iomgraph.validation.documents.files import File
from iomgraph.validation.documents.limits import DocumentError
from iomgraph.validation.documents.reading import Documents, Reading, read

__all__ = ["DocumentError", "Documents", "File", "Reading", "read"]
