"""Markdown: tables, and texts that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def text(value: object) -> str:
    """Escape a text, so that it stands in a paragraph or a cell as it is.

    Example:
        >>> text("a|b <c>")
        'a&#124;b &lt;c&gt;'
    """
    said = " ".join(str(value).split())
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;"), ("*", "&#42;")):
        said = said.replace(sign, escaped)
    return said.replace("[", "&#91;").replace("_", "&#95;")


def prose(value: object) -> str:
    """Escape a text that may hold code between backticks, which stays.

    Example:
        >>> prose("a * b, in `c|d`")
        'a &#42; b, in <code>c&#124;d</code>'
    """
    parts = str(value).split("`")
    if len(parts) % 2 == 0:
        return text(value)
    said = " ".join("".join(f"<code>{text(part)}</code>" if at % 2 else part for at, part in _escaped(parts)).split())
    return said


def _escaped(parts: Sequence[str]) -> Iterable[tuple[int, str]]:
    for at, part in enumerate(parts):
        yield at, part if at % 2 else _kept(part)


def _kept(part: str) -> str:
    """Escape a part, with the spaces at its ends."""
    before = part[: len(part) - len(part.lstrip())]
    after = part[len(part.rstrip()) :] if part.strip() else ""
    return f"{before}{text(part)}{after}"


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
