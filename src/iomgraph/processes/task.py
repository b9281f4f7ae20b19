"""A named piece of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Task(Generic[T_co]):
    """A named piece of work.

    Args:
        name: its name in errors, such as "writing the tables".
        function: does the work; its result must be picklable if another process does it.

    Example:
        >>> Task("adding", lambda: 1 + 1)()
        2
    """

    name: str
    function: Callable[[], T_co]

    def __call__(self) -> T_co:
        """Do the work."""
        return self.function()
