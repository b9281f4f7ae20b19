"""Dataclasses of which millions are made: immutable for the type checker, as cheap as others to make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(kind: type[T]) -> type[T]:
    """Make a class a dataclass with slots, whose instances nobody may change.

    `dataclass(frozen=True)` proves that again at each assignment, which makes an instance take four times
    as long to create and to read back. The type checker refuses the assignments here, and nothing else does.

    Args:
        kind: the class.

    Example:
        >>> @immutable
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> Point(1), Point(1) == Point(1, 0), len({Point(1), Point(1)})
        (Point(x=1, y=0), True, 1)
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
