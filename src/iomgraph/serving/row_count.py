"""The number of rows of an answer, counted in the written text.

The engine writes answers itself, at its own speed; counting rows on the way, in Python, would take longer
than the query. A written answer is only counted if it is long enough to have too many rows.
"""

from __future__ import annotations

from iomgraph.formats import Format

_LEAST = 2
"""Bytes of the shortest row with its separator: a line of CSV without columns."""


def exceeds(body: bytes, written: Format, most: int) -> bool:
    """Tell whether an answer has too many rows.

    Args:
        body: results, as the engine writes them.
        written: their format.
        most: most rows that are allowed.
    """
    return len(body) // _LEAST > most and rows(body, written) > most


def rows(body: bytes, written: Format) -> int:
    r"""Count the rows of results.

    Args:
        body: results of a SELECT, as the engine writes them, with or without a newline at the end.
        written: their format.

    Example:
        >>> from iomgraph.formats import find
        >>> rows(b'x\r\n"a\nb"\r\nc\r\n', find("csv"))
        2
    """
    if written.name == "xml":
        return body.count(b"<result>")
    if written.name == "tsv":
        return max(0, body.count(b"\n") - 1)
    if written.name == "csv":
        return max(0, sum(piece.count(b"\r\n") for piece in body.split(b'"')[::2]) - 1)
    outside = body.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    return sum(piece.count(b",{") + piece.count(b"[{") for piece in outside)
