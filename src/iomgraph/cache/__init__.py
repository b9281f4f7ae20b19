"""Results of earlier builds, keyed by content: they make a build faster, and change no byte of it.

A result is only taken if it was made from exactly what its key names. The folder may be deleted at any
time.

Example:
    >>> import tempfile
    >>> from pathlib import Path
    >>> with Store(Path(tempfile.mkdtemp())) as store:
    ...     store.put(digest("squares", 4), b"16")
    ...     store.get(digest("squares", 4)), store.get(digest("squares", 5))
    (b'16', None)
"""

from iomgraph.cache.keys import digest, of_folder, of_program
from iomgraph.cache.memo import Memo
from iomgraph.cache.packing import packed, unpacked
from iomgraph.cache.store import Store

__all__ = ["Memo", "Store", "digest", "of_folder", "of_program", "packed", "unpacked"]
