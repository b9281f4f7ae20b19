"""A folder of what earlier builds made, keyed by content: it makes a build faster, and changes no byte of it.

What is in it was made from exactly what its key names, or is not taken. It may be deleted at any time.

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
from iomgraph.cache.store import Store

__all__ = ["Memo", "Store", "digest", "of_folder", "of_program"]
