"""Characters that sources may not use, because XML can't hold them.

Otherwise our data could not be written as RDF/XML and as XML results of SPARQL.
https://www.w3.org/TR/xml/#charsets
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def forbidden(text: str) -> str:
    r"""Return the first character of a text that XML 1.0 does not allow, as U+XXXX, or an empty text.

    Example:
        >>> forbidden("Roads\x0b of the Region")
        'U+000B'
        >>> forbidden("Roads\tof the\nRegion")
        ''
    """
    # Nearly every text is printable, and nothing that is can be forbidden.
    found = None if text.isprintable() else _FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def escape(text: str) -> str:
    r"""Escape the characters that XML does not allow, for messages about them.

    Example:
        >>> print(escape("Roads\x0b of the Region"))
        Roads\x0b of the Region
    """
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
