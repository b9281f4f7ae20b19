"""Templates for all HTML pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from iomgraph.settings import resources

_REMEMBERED = 1 << 14
"""Most escaped texts to remember, because words, names and numbers recur all the time."""


def escaped(value: object) -> str:
    """Escape a value for HTML unless it is marked as safe.

    Example:
        >>> escaped("<b>"), escaped(Markup("<b>")), escaped(1)
        ('&lt;b&gt;', Markup('<b>'), '1')
    """
    if type(value) is Markup:
        return value
    return _text(value) if type(value) is str else str(escape(value))


@lru_cache(_REMEMBERED)
def _text(text: str) -> str:
    return str(escape(text))


class _Escaping(CodeGenerator):
    """A compiler of templates that escape by `escaped`."""

    # Escaping by the generator of Jinja takes a fifth more CPU for a build (26.7 s for 21.8 s).
    def _output_child_pre(self, *_: Any) -> None:
        self.write("environment.escaped(")


class _Calls(Context):
    """The variables of a template, whose functions are called directly because ours need no context."""

    # The call of Jinja, which looks for a context, takes a sixth more CPU for a build (25.4 s for 21.8 s).
    def call(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        """Call a function, or a macro."""
        for own in ("_loop_vars", "_block_vars"):
            named.pop(own, None)
        return function(*args, **named)


class _Environment(jinja2.Environment):
    """Templates of pages."""

    code_generator_class = _Escaping
    context_class = _Calls
    escaped = staticmethod(escaped)


class Compiled(jinja2.BytecodeCache):
    """Templates that are compiled once for several environments, such as those of languages."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it was compiled."""
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.code


def of(folder: str, compiled: Compiled | None = None) -> jinja2.Environment:
    """The templates of a folder, in which values are escaped and missing ones are errors.

    Args:
        folder: below `templates/`.
        compiled: keeps their code, for other environments of the same folder.

    Example:
        >>> of("site").from_string("<b>{{ name }}</b>").render(name="<i>")
        '<b>&lt;i&gt;</b>'
    """
    return _Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates" / folder),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled,
    )
