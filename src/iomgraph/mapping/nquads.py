"""RDF terms as canonical N-Quads writes them: the one place where their text is made.

The form is that of RDF Dataset Canonicalization (RDFC-1.0), section 5, "canonical N-Quads form".
"""

from __future__ import annotations

import re

from iomgraph.errors import OntologyError

_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_CONTROLS = [*map(chr, range(0x20)), "\x7f", "\ufffe", "\uffff", *map(chr, range(0xD800, 0xE000))]
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04X}" for char in _CONTROLS} | _NAMED)
_SPECIAL = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff\ud800-\udfff]')
_UNSAFE = re.compile(r'[\x00-\x20<>"{}|\\^`]')


def quoted(text: str) -> str:
    """A text in quotes, with the escapes that the canonical form asks for and no other.

    Example:
        >>> print(quoted('a "b"'), quoted("é\\n"))
        "a \\"b\\"" "é\\n"
    """
    return f'"{text.translate(_ESCAPES)}"' if _SPECIAL.search(text) else f'"{text}"'


def iri(text: str) -> str:
    """An absolute IRI in angle brackets.

    Raises:
        OntologyError: if it holds a character that no IRI has (RFC 3987, section 2.2), or no scheme.
    """
    if _UNSAFE.search(text) or ":" not in text:
        raise OntologyError("this is no IRI", where=repr(text), step="mint IRIs with iomgraph.iris.curie")
    return f"<{text}>"
