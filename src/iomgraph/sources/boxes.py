"""The boxes of a page's block elements, which show the texts that belong together, whatever their classes."""

from __future__ import annotations

from collections.abc import Iterator

FARTHEST = 24
"""Most boxes to look through from the inside out, because a page may nest hundreds of thousands."""
_NUMBER_OF_DIGITS = 4


class Box:
    """A block element of a page: its name and classes, its parent, and its number among its siblings.

    Example:
        >>> row = Box("tr")
        >>> label, value = Box("th", parent=row), Box("td", parent=row)
        >>> value.index, common(label, value) is row
        (1, True)
    """

    __slots__ = ("children", "classes", "columns", "depth", "index", "name", "parent", "rows")

    def __init__(
        self, name: str, classes: str = "", parent: Box | None = None, *, columns: int = 1, rows: int = 1
    ) -> None:
        self.name = name
        self.classes = classes
        self.parent = parent
        self.columns = columns
        self.rows = rows
        self.children = 0
        self.index = 0
        self.depth = 0
        if parent:
            self.index = parent.children
            self.depth = parent.depth + 1
            parent.children += 1

    def chain(self) -> Iterator[Box]:
        """Yield the box and those around it, from the inside out, up to the limit."""
        box: Box | None = self
        for _ in range(FARTHEST):
            if box is None:
                return
            yield box
            box = box.parent

    def nearest(self, *names: str) -> Box | None:
        """Return the innermost box with one of these names that is or contains this one."""
        return next((box for box in self.chain() if box.name in names), None)

    def within(self, other: Box) -> bool:
        """Tell whether the box is another one or is inside it."""
        return other.depth <= self.depth and any(box is other for box in self.chain())

    def below(self, other: Box) -> Box | None:
        """Return the child of another box that contains this one; None if it is that box or is outside it."""
        return next((box for box in self.chain() if box.parent is other), None)

    def kind(self, other: Box) -> tuple[tuple[str, str], ...]:
        """Return names and classes of the boxes from this one up to another, which is left out."""
        kinds: list[tuple[str, str]] = []
        for box in self.chain():
            if box is other:
                break
            kinds.append((box.name, box.classes))
        return tuple(kinds)


def common(one: Box, other: Box) -> Box | None:
    """Return the innermost box that contains both; None if it is beyond the limit."""
    around = {id(box) for box in one.chain()}
    return next((box for box in other.chain() if id(box) in around), None)


def span(text: str) -> int:
    """Read the number of rows or columns that a cell spans; 1 if it does not say.

    Example:
        >>> span("2"), span(""), span("0"), span("many")
        (2, 1, 1, 1)
    """
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= _NUMBER_OF_DIGITS else 1
