"""Templates for all HTML pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Set
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from iomgraph.settings import resources

_REMEMBERED = 1 << 12
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


Fixed = Mapping[str, str | Mapping[str, str]]
"""Names that mean the same on every page: texts, and those whose attributes or answers are texts."""


class _Filled(NodeTransformer):
    """Puts what is the same on every page into the templates before they are compiled.

    Args:
        fixed: the names.
    """

    def __init__(self, fixed: Fixed) -> None:
        self._fixed = fixed

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        """Fill in a text."""
        found = self._fixed.get(node.name)
        if not isinstance(found, str):
            return node
        if node.ctx != "load":
            raise jinja2.TemplateAssertionError(f"{node.name} has a fixed meaning", node.lineno)
        return nodes.Const(found)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        """Fill in an attribute."""
        return self._filled(node, node.node, node.attr)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """Fill in the answer of a function to a text."""
        key = node.args[0] if len(node.args) == 1 else None
        return self._filled(node, node.node, key.value if isinstance(key, nodes.Const) else None)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        """Give an empty text where there is no other; Jinja makes an object that escapes slowly."""
        self.generic_visit(node)
        node.expr2 = node.expr2 or nodes.Const("")
        return node

    def _filled(self, node: nodes.Expr, of: nodes.Expr, key: Any) -> nodes.Node:
        found = self._fixed.get(of.name) if isinstance(of, nodes.Name) else None
        if isinstance(found, Mapping) and key in found:
            return nodes.Const(found[key])
        return self.generic_visit(node)


class _Direct(CodeGenerator):
    """A compiler of templates that escape by `escaped`, and call functions without a context of Jinja's."""

    # Jinja's own ways to escape and to call take a fifth more CPU each; so do single texts.
    def write_commons(self) -> None:
        """Give each function of a template a name for what it calls most."""
        super().write_commons()
        self.writeline("escaped = environment.escaped")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write the code of a body that gives its text as one piece."""
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")
        frame.buffer = None

    def _output_child_pre(self, node: nodes.Expr, *_: Any) -> None:
        called = node.node if isinstance(node, nodes.Call) else None
        of = called.node if isinstance(called, nodes.Getattr) else called
        is_html = isinstance(of, nodes.Name) and of.name in self.environment.html  # type: ignore[attr-defined]
        self.write("(" if is_html else "escaped(")

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
    fixed: Fixed = MappingProxyType({})
    html: Set[str] = frozenset()

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        return super()._generate(_Filled(self.fixed).visit(source), *args, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Join what a template may show; each page copies it, which a `ChainMap` makes slow."""
        return {**self.globals, **(d or {})}


def of(folder: str, fixed: Fixed = MappingProxyType({}), html: Set[str] = frozenset()) -> jinja2.Environment:
    """The templates of a folder, in which values are escaped and missing ones are errors.

    Args:
        folder: below `templates/`.
        fixed: names that mean the same on every page, whose texts become part of the compiled templates.
        html: names of functions, and of modules of macros, whose answers are HTML and need not be escaped.

    Example:
        >>> of("site").from_string("<b>{{ name }}</b>").render(name="<i>")
        '<b>&lt;i&gt;</b>'
        >>> of("site", {"w": {"home": "R&D"}}).from_string("{{ w.home }}").render()
        'R&amp;D'
    """
    made = _Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates" / folder),
        autoescape=True,
        auto_reload=False,
        cache_size=-1,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.fixed, made.html = fixed, html
    return made
