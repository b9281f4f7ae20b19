"""The embedding of an author's query in the query of all focus nodes (SHACL, section 5.3 and appendix A)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from iomgraph.validation.shacl.model import Breach
from iomgraph.validation.shacl.operands import with_values
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.requirements import Requirements
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.terms import Term
from iomgraph.validation.shacl.text import Query, projection, variables

SHAPES_GRAPH = NamedNode("urn:x-iomgraph:shapes-graph")
"""The name of the shapes graph in queries, as $shapesGraph."""


@dataclass(frozen=True, slots=True)
class Author:
    """A query of the shapes graph, ready to be put inside a larger one.

    Args:
        query: its text.
        path: the value of $PATH.
        constants: variable without its mark to the term to which it is pre-bound.
        requirements: of SELECT, for focus nodes.
    """

    query: Query
    path: Path | None
    constants: tuple[tuple[str, Term], ...]
    requirements: Requirements = Requirements()  # noqa: RUF009 - immutable

    def condition(self, scope: Scope, focus: str, value: str) -> str:
        """An expression that is true if ASK answers yes."""
        names, binds, tag = self._names(scope, {"this": focus, "value": value})
        return f"EXISTS {{ {binds} LATERAL {with_values(scope, self.query.body, names, tag)} }}"

    def breach(self, scope: Scope, focus: str) -> Breach:
        """The breach that finds the solutions of SELECT for bound focus nodes."""
        names, binds, tag = self._names(scope, {"this": focus})
        bound = [focus, *(names[name] for name, _ in self.constants)]
        columns = {name: names.get(name, f"?{tag}{name}") for name in self.columns()}
        text = self._select(scope, names, tag, [*columns.values()], bound)
        return Breach(
            f"LATERAL {{ {binds} LATERAL {{ {text} }} }}",
            columns.get("value"),
            columns.get("path"),
            columns.get("message"),
            others={name: column for name, column in columns.items() if name != "this"},
            repeats=True,
        )

    def _names(self, scope: Scope, names: dict[str, str]) -> tuple[dict[str, str], str, str]:
        tag = f"{scope.fresh('u')[1:]}_"
        binds = ""
        for name, term in self.constants:
            names[name] = f"?{tag}{name}"
            binds += f"BIND({scope.constant(term)} AS {names[name]}) "
        if self.path is not None:
            names["PATH"] = str(self.path)
        return names, binds, tag

    def columns(self) -> list[str]:
        """The variables that SELECT projects."""
        named = projection(self.query.head)
        if named is None:
            return [name for name in variables(self.query.body) if name != "PATH"]
        return named

    def _select(
        self, scope: Scope, names: Mapping[str, str], tag: str, columns: list[str], bound: list[str]
    ) -> str:
        """The query with pre-bound variables passed through its projection and its groups."""
        head, tail = (
            with_values(scope, part, names, tag, outside=True) for part in (self.query.head, self.query.tail)
        )
        if projection(self.query.head) is None:
            head = head.replace("*", " ".join(columns))
        head += "".join(f" {name}" for name in bound if name not in columns)
        words = [token.word for token in self.query.tail]
        if "GROUP" in words:
            at = words.index("GROUP") + 2
            keys = {names.get(token.variable) for token in self.query.tail[at:]}
            extra = " ".join(name for name in bound if name not in keys)
            others = with_values(scope, self.query.tail[at:], names, tag, outside=True)
            tail = f"GROUP BY {extra} {others}"
        return f"SELECT {head} {{ {with_values(scope, self.query.body, names, tag)} }} {tail}"
