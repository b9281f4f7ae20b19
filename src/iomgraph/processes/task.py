"""A piece of work that has a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Task(Generic[T_co]):
    """A piece of work that has a name.

    Args:
        name: names the work in errors: "writing the tables".
        function: does it; what it returns can be pickled, where another process does it.

    Example:
        >>> Task("adding", lambda: 1 + 1)()
        2
    """

    name: str
    function: Callable[[], T_co]

    def __call__(self) -> T_co:
        """Do the work."""
        return self.function()
