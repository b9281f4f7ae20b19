"""Extensions of Griffe, which reads docstrings and signatures: what it needs to know of our own ways."""

from __future__ import annotations

from typing import Any

from griffe import Class, ExprName, Extension, Object


class Examples(Extension):
    """Sections `Example:` as sections of examples, whose code is shown as code."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Name the section as Griffe does.

        Args:
            obj: what has the docstring.
        """
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace("Example:\n", "Examples:\n")


class Immutable(Extension):
    """Classes that `iomgraph.immutable` makes dataclasses, as the dataclasses that they are."""

    def on_class_instance(self, *, cls: Class, **_: Any) -> None:
        """Name the decorator that Griffe knows.

        Args:
            cls: the class.
        """
        for decorator in cls.decorators:
            if decorator.callable_path == "iomgraph.immutable.immutable":
                decorator.value = ExprName("dataclasses.dataclass")
