"""Templates, as all pages of HTML are made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jinja2
from jinja2.runtime import Context

from iomgraph.settings import resources


class _Calls(Context):
    """The variables of a template, whose functions are called as they are: none of ours wants a context."""

    def call(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        """Call a function, or a macro."""
        for own in ("_loop_vars", "_block_vars"):
            named.pop(own, None)
        return function(*args, **named)


def of(folder: str) -> jinja2.Environment:
    """The templates of a folder: what is put in is escaped, and what is missing is an error.

    Args:
        folder: below `templates/`.

    Example:
        >>> of("site").from_string("<b>{{ name }}</b>").render(name="<i>")
        '<b>&lt;i&gt;</b>'
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates" / folder),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.context_class = _Calls
    return made
