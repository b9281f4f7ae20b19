"""The graphs of a release in a store elsewhere, queried only while the store holds that release.

An answer may take several requests. The release in the store is checked before the first of them and after
the last, so that an answer never mixes releases or comes from another one.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import pyoxigraph as ox

from iomgraph.errors import RemoteError
from iomgraph.processes import batched
from iomgraph.queries.graphs import Graph, Object, Results
from iomgraph.remote import answers
from iomgraph.remote.batches import Names
from iomgraph.remote.endpoint import Endpoint, prefixed
from iomgraph.remote.push_log import PushLog
from iomgraph.remote.transport import CutError, LargeError
from iomgraph.serving.elsewhere import refusals, replies
from iomgraph.serving.elsewhere.replies import Found
from iomgraph.serving.problem import RequestError

T = TypeVar("T")

_FRESH = 1.0
"""Seconds for which a check of the store's release stays valid for the next answer."""
_TOGETHER = 200
"""Most subjects to look up by one request."""
_HELD = 20_000
"""Most subjects to remember while one request is answered."""
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")
_ANY = (ox.Variable("s"), ox.Variable("p"), ox.Variable("o"))
_DEFAULT = ox.DefaultGraph()


class RemoteGraphs:
    """Graphs with the interface of `pyoxigraph.Store`.

    Args:
        endpoint: the store.
        prefixes: prefix to IRI, under the base IRI of the release.
        digest: digest of the release's quads; a store that holds others is not used.
        most: most statements to read from a graph at once.
    """

    def __init__(self, endpoint: Endpoint, prefixes: Mapping[str, str], digest: str, most: int) -> None:
        self._endpoint, self._prefixes, self._digest, self._most = endpoint, prefixes, digest, most
        self._names = Names(prefixes["graphs"], digest)
        self._log = PushLog(endpoint, self._names)
        self._seen = float("-inf")
        self._asked = self._is_wide = False
        self._given: float | None = None
        self._subjects: dict[str, list[ox.Quad]] = {}
        self._datasets: dict[bool, Endpoint] = {}
        self.failure: RequestError | None = None

    def begin(self) -> None:
        """Begin with another answer."""
        self.failure, self._asked, self._is_wide = None, False, False
        self._subjects.clear()

    def end(self) -> RequestError | None:
        """End an answer, and return the reason why it is invalid, if any: a failure, or another release."""
        if self._asked and self.failure is None:
            try:
                self._look()
            except RequestError as error:
                return error
        return self.failure

    def query(
        self,
        query: str,
        /,
        *,
        base_iri: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graph: Any = None,
        named_graphs: Any = None,
    ) -> Results:
        """Answer a query, as `pyoxigraph.Store.query` does.

        Raises:
            SyntaxError: if it is not one.
            RequestError: if there is no answer.
        """
        refusals.check(query)
        # Our own parser checks it first, so that stores never get queries that a store in memory would
        # refuse.
        kind = ox.Store().query(query, base_iri=base_iri, prefixes=prefixes)
        text = prefixed(query, prefixes or {})
        if base_iri and _RELATIVE.search(text):
            text = f"BASE <{base_iri}>\n{text}"
        return self._sent(
            lambda: replies.like(kind, self._found(text, default_graph or (), named_graphs or ()))
        )

    def _found(self, text: str, default: Iterable[Any], named: Iterable[Any]) -> Found:
        given = tuple(one.value for one in default)
        if len(given) > 1:
            step = "name one, or use FROM"
            raise RequestError(
                400, "this store takes only one default graph", where="default-graph-uri", step=step
            )
        if given or named:
            whole = self._endpoint.with_dataset("".join(given), [one.value for one in named])
        else:
            is_wide = answers.names_graphs(text)
            self._is_wide |= is_wide
            whole = self._dataset(wide=is_wide)
        found = whole.found(text)
        if isinstance(found, list) and whole.cuts_graphs and len(found) >= self._most_rows():
            raise LargeError("the store returns no more of a graph")
        return found

    def _most_rows(self) -> float:
        """Return the most rows that the store gives, if it says so; it cuts off graphs silently."""
        if self._given is None:
            try:
                self._endpoint.found(f"SELECT (1 AS ?x) {{ ?s ?p ?o }} LIMIT {self._most + 1}")
                self._given = math.inf
            except CutError as error:
                if not error.most:
                    raise
                self._given = error.most
        return self._given

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object: Object | None,  # noqa: A002 (the name that the library has for it)
        graph_name: Graph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the matching quads, as `pyoxigraph.Store.quads_for_pattern` does.

        Raises:
            RequestError: if there is no answer, or it is too large.
        """
        if subject is not None and object is None and graph_name == _DEFAULT:
            self.expect([subject.value])
            quads = self._subjects[subject.value]
            return (quad for quad in quads if predicate in (None, quad.predicate))
        return iter(self._sent(lambda: self._pattern((subject, predicate, object), graph_name)))

    def _pattern(self, terms: tuple[Object | None, ...], graph: Graph | None) -> list[ox.Quad]:
        bound: list[Any] = [
            variable if term is None else term for variable, term in zip(_ANY, terms, strict=True)
        ]
        triple = " ".join(map(str, bound))
        free = " ".join(str(one) for one in bound if isinstance(one, ox.Variable)) or "(1 AS ?found)"
        store, where = self._endpoint, f"GRAPH {graph} {{ {triple} }}"
        if graph == _DEFAULT:
            store, where = self._dataset(wide=False), triple
        elif graph is None:
            where = self._everywhere(triple)
        rows = replies.rows(store, f"SELECT {free} {{ {where} }} LIMIT {self._most + 1}")
        found = [_filled(bound, row) for row in rows]
        if len(found) > self._most:
            raise RequestError(
                413, f"there are more than {self._most:,} statements", step="ask /sparql for a part"
            )
        return [replies.quad(one, graph or _DEFAULT) for one in found]

    def _everywhere(self, triple: str) -> str:
        """Write the pattern of a triple in any graph of the release, without the graphs of a push."""
        names = self._names
        ours = f'STRSTARTS(STR(?g), "{names.graphs}") && !STRSTARTS(STR(?g), "{names.log}")'
        named = f"GRAPH ?g {{ {triple} }} FILTER({ours})"
        # If the facts have a graph of their own, the default graph is the union of all, including those of a
        # push.
        has_own = bool(self._dataset(wide=False).default_graph)
        return named if has_own else f"{{ {triple} }} UNION {{ {named} }}"

    def contains_named_graph(self, graph_name: Graph, /) -> bool:
        """Tell whether there is a graph of a name.

        Raises:
            RequestError: if there is no answer.
        """
        if isinstance(graph_name, ox.NamedNode) and not self._names.is_content(graph_name.value):
            return False
        pattern = f"{{ SELECT ?s {{ GRAPH {graph_name} {{ ?s ?p ?o }} }} LIMIT 1 }}"
        return bool(self._sent(lambda: self._endpoint.count(pattern)))

    def expect(self, subjects: Iterable[str]) -> None:
        """Prefetch the statements of some subjects, and of the things in them, from the default graph.

        Raises:
            RequestError: if there is no answer.
        """
        wanted = [one for one in dict.fromkeys(subjects) if one not in self._subjects]
        if not wanted:
            return
        if len(self._subjects) > _HELD:
            self._subjects.clear()
        self._sent(lambda: self._expect(wanted))

    def _expect(self, wanted: list[str], *, within: bool = True) -> None:
        for some in batched(wanted, _TOGETHER):
            self._subjects |= {one: [] for one in some}
            inside: dict[str, None] = {}
            asked = {str(ox.NamedNode(one)) for one in some}
            listed = " ".join(sorted(asked))
            text = f"SELECT ?s ?p ?o {{ VALUES ?s {{ {listed} }} ?s ?p ?o }}"
            rows = replies.rows(self._dataset(wide=False), text)
            for subject, predicate, value in rows:
                if str(subject) not in asked:
                    raise RemoteError("the store answered a different query")
                self._subjects[subject.value].append(replies.quad((subject, predicate, value), _DEFAULT))
                # The amounts of a thing have IRIs below it, and are needed next.
                if isinstance(value, ox.NamedNode) and value.value.startswith(f"{subject.value}/"):
                    inside[value.value] = None
            if within:
                self._expect([one for one in inside if one not in self._subjects], within=False)

    def _dataset(self, *, wide: bool) -> Endpoint:
        """The store with the right default graph for queries; looked up again after a change of release."""
        if wide not in self._datasets:
            text = "GRAPH ?g" if wide else ""
            self._datasets[wide] = answers.with_facts(self._endpoint, text, self._prefixes)
        return self._datasets[wide]

    def _sent(self, ask: Callable[[], T]) -> T:
        """Send a request while the store holds the release, and remember any failure."""
        try:
            if time.monotonic() - self._seen > _FRESH:
                self._look()
            self._asked = True
            return ask()
        except RemoteError as error:
            self.failure = self._blame(error)
            raise self.failure from None
        except RequestError as error:
            self.failure = error
            raise

    def _blame(self, error: RemoteError) -> RequestError:
        """Make the error for a failure, telling a failed query from a store that does not answer."""
        told = refusals.of(error)
        if told.status != refusals.BAD:
            return told
        try:
            self._look()
        except RequestError as worse:
            return worse
        return refusals.unable()

    def _look(self) -> None:
        try:
            held, is_tidy = self._log.release()
        except RemoteError as error:
            self._seen = float("-inf")
            raise refusals.of(error) from None
        # `GRAPH ?g` also matches the graphs that a push loads beside the release.
        if held != self._digest or (self._is_wide and not is_tidy):
            self._seen = float("-inf")
            self._datasets.clear()
            raise refusals.another()
        self._seen = time.monotonic()


def _filled(pattern: Iterable[Any], row: Iterable[Any]) -> list[Any]:
    """Replace the variables of a pattern by the terms of a row."""
    terms = iter(row)
    return [next(terms) if isinstance(one, ox.Variable) else one for one in pattern]
