"""RDF terms as canonical N-Quads writes them; all their text is made here.

The form is that of RDF Dataset Canonicalization (RDFC-1.0), section 5, "canonical N-Quads form".
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import NamedNode

from iomgraph.errors import OntologyError

_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_CODED = [*map(chr, range(0x20)), "\x7f", "\ufffe", "\uffff"]
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04X}" for char in _CODED} | _NAMED)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8})*")


def quoted(text: str) -> str:
    r"""A text in quotes, with only the escapes that the canonical form requires.

    Raises:
        OntologyError: if it holds a surrogate, half a character that UTF-8 can't encode.

    Example:
        >>> print(quoted('a "b"'), quoted("é\n"))
        "a \"b\"" "é\n"
    """
    # Only quotes, backslashes and characters that can't be printed are ever escaped or refused.
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    if _SURROGATE.search(text):
        raise OntologyError(
            "a text contains half a surrogate pair", where=ascii(text), step="decode its source as UTF-8"
        )
    return f'"{text.translate(_ESCAPES)}"'


def iri(text: str) -> str:
    """An absolute IRI in angle brackets.

    Raises:
        OntologyError: if it is not an absolute IRI (RFC 3987, section 2.2).

    Example:
        >>> iri("https://iom.int/fr/node/176566")
        '<https://iom.int/fr/node/176566>'
    """
    try:
        NamedNode(text)
    except ValueError as error:
        raise OntologyError(
            f"this is not an IRI ({error})", where=ascii(text), step="mint IRIs with iomgraph.iris.curie"
        ) from None
    return f"<{text}>"


@lru_cache(maxsize=256)
def tag(language: str) -> str:
    """Return the language suffix of a text, in lower case, as RDF 1.1, section 3.3, compares tags.

    Raises:
        OntologyError: if it is not a language tag (BCP 47).

    Example:
        >>> tag("pt-BR")
        '@pt-br'
    """
    lower = language.lower()
    if not _TAG.fullmatch(lower):
        raise OntologyError(
            "this is not a language tag", where=ascii(language), step="write it as en, fr or es"
        )
    return f"@{lower}"
