"""Markdown: tables, and texts that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "*": "&#42;", "[": "&#91;", "_": "&#95;"}
)


def text(value: object) -> str:
    """Escape a text, so that it stands in a paragraph or a cell as it is.

    Example:
        >>> text("a|b <c>")
        'a&#124;b &lt;c&gt;'
    """
    return " ".join(str(value).translate(_ESCAPED).split())


def prose(value: object) -> str:
    """Escape a text that may hold code between backticks, which stays code.

    Example:
        >>> prose("a * b, in `c|d`")
        'a &#42; b, in <code>c&#124;d</code>'
    """
    parts = str(value).translate(_ESCAPED).split("`")
    if len(parts) % 2 == 0:
        return text(value)
    said = (f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
    return " ".join("".join(said).split())


def code(value: object) -> str:
    """Write a code; nothing for an empty one."""
    return f"<code>{text(value)}</code>" if str(value) else ""


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are escaped already.

    Example:
        >>> print(table(["a", "b"], [["1", "2"]]), end="")
        | a | b |
        |---|---|
        | 1 | 2 |
    """
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(
        f"|{'|'.join(line)}|\n" if line[0] == "---" else f"| {' | '.join(line)} |\n" for line in lines
    )
