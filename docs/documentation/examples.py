"""An extension of Griffe, which reads docstrings: our sections `Example:` are what it calls `Examples:`."""

from __future__ import annotations

from typing import Any

from griffe import Extension, Object


class Examples(Extension):
    """Sections `Example:` as sections of examples, whose code is shown as code."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Name the section as Griffe does.

        Args:
            obj: what has the docstring.
        """
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace("Example:\n", "Examples:\n")
