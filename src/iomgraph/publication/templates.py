"""Templates for all HTML pages."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
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


def safe(html: str) -> Markup:
    """Mark a text as HTML in which everything is escaped.

    Example:
        >>> safe("<b>")
        Markup('<b>')
    """
    # Calling the class first looks for a method of the text, which takes four times as long.
    return str.__new__(Markup, html)


class _Direct(CodeGenerator):
    """A compiler of templates that escape by `escaped`, and call functions without a context of Jinja's."""

    # Jinja's own ways to escape and to call take a fifth more CPU each.
    def write_commons(self) -> None:
        """Give each function of a template a name for what it calls most."""
        super().write_commons()
        self.writeline("escaped = environment.escaped")

    def _output_child_pre(self, *_: Any) -> None:
        self.write("escaped(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a call of a function or a macro."""
        starred = (("*", node.dyn_args), ("**", node.dyn_kwargs))
        self.visit(node.node, frame)
        self.write("(")
        for before, one in (*(("", one) for one in (*node.args, *node.kwargs)), *starred):
            if one is not None:
                self.write(before)
                self.visit(one, frame)
                self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class _Environment(jinja2.Environment):
    """Templates of pages."""

    code_generator_class = _Direct
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Join what a template may show; each page copies it, which a `ChainMap` makes slow."""
        return {**self.globals, **(d or {})}


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
        cache_size=-1,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled,
    )
