"""Templates, as all pages of HTML are made of them."""

from __future__ import annotations

import jinja2

from iomgraph.settings import resources


def of(folder: str) -> jinja2.Environment:
    """The templates of a folder: what is put in is escaped, and what is missing is an error.

    Args:
        folder: below `templates/`.

    Example:
        >>> of("site").from_string("<b>{{ name }}</b>").render(name="<i>")
        '<b>&lt;i&gt;</b>'
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates" / folder),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
