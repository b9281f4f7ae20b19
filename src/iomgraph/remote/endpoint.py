"""A remote store by SPARQL 1.1: queries, updates, and loading of quads.

SPARQLWrapper writes the queries (SPARQL 1.1 Protocol); `iomgraph.remote.transport` carries all requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from iomgraph.errors import RemoteError
from iomgraph.formats import Format, Kind, find
from iomgraph.queries import execution
from iomgraph.queries.execution import Answer
from iomgraph.remote import wrapper
from iomgraph.remote.body import Body, Tell
from iomgraph.remote.credentials import Credentials
from iomgraph.remote.transport import LARGEST, CutError, Reply, Request, RetryPolicy, Transport

_AGENT = "iomgraph"
_LOADED_BESIDE = ("oxigraph",)
"""Names of stores that load whole statements at `store`, beside the address for queries."""
_SILENT = ("virtuoso",)
_EMPTY = ox.Store()
_PAGE = 10_000
"""The most rows that Virtuoso sorts and returns by default."""
_NO_WORDS = re.compile(r"<[^<>\s]*>|#.*")
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
# Stores agree on this format of results; in JSON, Virtuoso uses words of its own.
_ROWS = find("xml")
# In Turtle, Virtuoso writes a decimal without a fraction as an integer.
_GRAPH = f"{find('ntriples').media_type}, {find('turtle').media_type};q=0.5"
# Half the size, faster to write and read, and able to carry control characters, which XML forbids.
_MANY = find("tsv")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a store.

    Args:
        query: for queries.
        update: for updates; without one, the address for queries with a final `query` replaced by `update`.

        graph_store: for loading whole statements (SPARQL 1.1 Graph Store Protocol); may be empty.

    Example:
        >>> Addresses("http://localhost:7878/query").updates
        'http://localhost:7878/update'
    """

    query: str
    update: str = ""
    graph_store: str = ""

    @property
    def updates(self) -> str:
        """Address for updates."""
        head, slash, last = self.query.rpartition("/")
        return self.update or (f"{head}{slash}update" if last == "query" else self.query)

    @property
    def beside(self) -> str:
        """Address at which some stores load whole statements: `store`, beside the address for queries."""
        head, _, _ = self.query.partition("?")[0].rpartition("/")
        return f"{head}/store" if head and not head.endswith("/") else ""


class Endpoint:
    """A store that is queried and changed over HTTP.

    Args:
        addresses: its addresses.
        credentials: credentials that the store may ask for.
        policy: when to try again, and for how long.
        default_graph: IRI of the default graph for queries that do not name one; if empty, the store's own.

        largest: most bytes of an answer to read.
    """

    def __init__(
        self,
        addresses: Addresses,
        credentials: Credentials | None = None,
        policy: RetryPolicy | None = None,
        default_graph: str = "",
        largest: int = LARGEST,
    ) -> None:
        self.addresses = addresses
        self.default_graph = default_graph
        self.named_graphs: tuple[str, ...] = ()
        urls = [addresses.query, addresses.updates]
        urls += [url for url in (addresses.graph_store, addresses.beside) if url]
        self._server = ""
        self._transport = Transport(urls, credentials, policy, largest)

    def answer(self, text: str, wanted: Format | None, prefixes: Mapping[str, str]) -> Answer:
        """Send any query, and write the answer as `iomgraph.queries.execution.ask` does.

        Args:
            text: a SPARQL query.
            wanted: format of the answer; without one, JSON for results and Turtle for a graph.
            prefixes: prefixes that the query need not declare, and with which a graph is written.

        Raises:
            QueryError: if the format can't carry the answer.
            RemoteError: if there is no answer, or not a valid one.
        """
        found = self.found(prefixed(text, prefixes))
        kind = Kind.RDF if isinstance(found, list) else Kind.RESULTS
        chosen = execution.fitting(wanted, kind)
        if isinstance(found, list):
            return Answer(chosen, execution.graph(found, chosen, prefixes))
        return Answer(chosen, execution.results(found, chosen))

    def found(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]:
        """Send any query, and return the whole answer, read to its end.

        Raises:
            LargeError: if it is too large, or the store says that it is incomplete.
            RemoteError: if there is no answer, or not a valid one.
        """
        # Virtuoso can't choose between formats of results and of graphs.
        form = _FORM.search(_NO_WORDS.sub(" ", text))
        makes_graph = form is not None and form[1].upper() in ("CONSTRUCT", "DESCRIBE")
        reply = self._ask(text, _GRAPH if makes_graph else _ROWS.media_type)
        if reply.cut:
            step = "ask for less, or in parts: ORDER BY, LIMIT, OFFSET"
            where = self._transport.shown(self.addresses.query)
            raise CutError(reply.cut, reply.most, where=where, step=step)
        found = self._found(reply)
        if not isinstance(found, ox.QuerySolutions):
            return found
        try:
            for _ in found:
                pass
        except (ValueError, SyntaxError) as error:
            raise self._none(error) from None
        again = self._found(reply)
        assert isinstance(again, ox.QuerySolutions)  # noqa: S101 (it was, a moment ago)
        return again

    def rows(self, text: str) -> list[ox.QuerySolution]:
        """Send a SELECT, and return its solutions.

        Raises:
            RemoteError: if there is no answer, or not a valid one.
        """
        found = self._found(self._ask(text, _ROWS.media_type))
        if isinstance(found, list | ox.QueryBoolean):
            raise self._none(ValueError("no rows"))
        self._compare(text, found)
        try:
            return list(found)
        except (ValueError, SyntaxError) as error:
            raise self._none(error) from None

    def stream(self, text: str) -> Iterator[ox.QuerySolution]:
        """Send a SELECT with too many solutions for memory, and yield them from a file.

        Raises:
            RemoteError: if there is no answer, or not a valid one.
        """
        with TemporaryFile() as file:
            reply = self._ask(text, _MANY.media_type, file)
            file.seek(0)
            try:
                if reply.media_type != _MANY.media_type:
                    raise ValueError(reply.media_type or "content without a name")
                found = ox.parse_query_results(file, format=ox.QueryResultsFormat.TSV)
                if not isinstance(found, ox.QuerySolutions):
                    raise ValueError("no rows")
                self._compare(text, found)
                yield from found
            except (ValueError, SyntaxError) as error:
                raise self._none(error) from None

    def count(self, pattern: str) -> int:
        """Count the solutions of a pattern, in the form of query that every store answers in the same way.

        Raises:
            RemoteError: if there is no answer, or not a valid one.
        """
        rows = self.rows(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        counted = rows[0][0].value if len(rows) == 1 and rows[0][0] else ""
        if not (counted.isascii() and counted.isdigit()):
            raise self._none(ValueError("no count"))
        return int(counted)

    def with_dataset(self, default_graph: str, named_graphs: Sequence[str]) -> Endpoint:
        """Return the same store with queries limited to these graphs."""
        other = copy(self)
        other.default_graph, other.named_graphs = default_graph, tuple(named_graphs)
        return other

    def sizes(self, start: str) -> dict[str, int]:
        """Return the number of quads of each graph whose name has this beginning, in order.

        They come page by page, so that stores do not cut off the list. Graphs are counted before names are
        compared, because Oxigraph counts them all in the time that it needs to compare the names of a tenth
        of the quads.
        """
        found: dict[str, int] = {}
        last = ""
        while rows := self.rows(
            "SELECT ?g ?n { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } "
            f'FILTER(STRSTARTS(STR(?g), "{start}") && STR(?g) > "{last}") }} ORDER BY ?g LIMIT {_PAGE}'
        ):
            found |= {row[0].value: int(row[1].value) for row in rows}
            last = rows[-1][0].value
        return found

    @property
    def server(self) -> str:
        """Name of the store, from its last response."""
        return self._server

    @property
    def cuts_graphs(self) -> bool:
        """True if the store silently cuts off large graphs."""
        return self._server.lower().startswith(_SILENT)

    @property
    def graph_store(self) -> str:
        """Address for loading whole statements; empty if there is none, or it is unknown."""
        known = self._server.lower().startswith(_LOADED_BESIDE)
        return self.addresses.graph_store or (self.addresses.beside if known else "")

    def update(self, text: str | Iterable[str], *, work: int = 0, tell: Tell = lambda *_: None) -> None:
        """Change the store by one request, which most stores carry out completely or not at all.

        Args:
            text: SPARQL Update, whole or in parts. It must be repeatable without harm, because it is sent
                again if there is no answer.
            work: bytes of statements that the store has to move, if the text does not contain them.
            tell: takes the progress of sending.

        Raises:
            RemoteError: if it is refused, or there is no answer; in the latter case it may still have been
                carried out.
        """
        head = {"Content-Type": "application/sparql-update", "Accept": "*/*", "User-Agent": _AGENT}
        with Body([text] if isinstance(text, str) else text, tell) as body:
            request = Request(self.addresses.updates, body, head)
            self._transport.send(request, work=max(work, body.size))

    def load(
        self, lines: Iterable[str], syntax: str, graph: str = "", *, tell: Tell = lambda *_: None
    ) -> None:
        """Add statements by the Graph Store Protocol, section 5.5.

        Args:
            lines: lines of N-Triples for a graph, or of N-Quads without a graph, an extension of the protocol
                in many stores.
            syntax: name of that format.
            graph: IRI of the graph.
            tell: takes the progress of sending.

        Raises:
            RemoteError: if it is refused, or there is no answer; in the latter case it may still have been
                carried out.
        """
        url = self.graph_store
        if graph:
            url += f"{'&' if urlsplit(url).query else '?'}{urlencode({'graph': graph})}"
        head = {"Content-Type": find(syntax).media_type, "User-Agent": _AGENT}
        with Body(lines, tell) as body:
            self._transport.send(Request(url, body, head), work=body.size)

    def _ask(self, text: str, accepted: str, into: IO[bytes] | None = None) -> Reply:
        def carry(request: Request) -> Reply:
            return self._transport.send(request, expected=True, into=into)

        graphs = (self.default_graph, self.named_graphs)
        reply = wrapper.query(self.addresses.query, text, accepted, graphs, carry)
        self._server = reply.server
        return reply

    def _found(self, reply: Reply) -> ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]:
        try:
            if reply.media_type in (_ROWS.media_type, "application/xml", "text/xml"):
                return ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.XML)
            syntax = ox.RdfFormat.from_media_type(reply.media_type)
            if syntax is None:
                raise ValueError(reply.media_type or "content without a name")
            return [quad.triple for quad in ox.parse(reply.body, format=syntax)]
        except (ValueError, SyntaxError) as error:
            raise self._none(error) from None

    def _compare(self, text: str, found: ox.QuerySolutions) -> None:
        """Refuse results with other columns than the query selects."""
        asked = _EMPTY.query(text)
        assert isinstance(asked, ox.QuerySolutions)  # noqa: S101 (who calls asks for rows)
        if found.variables != asked.variables:
            raise self._none(ValueError("other columns"))

    def _none(self, error: Exception) -> RemoteError:
        what = self._transport.shown(f"this is not an answer to a query ({error})")
        step = "give the address that a store answers queries at"
        return RemoteError(what, where=self._transport.shown(self.addresses.query), step=step)


def prefixed(text: str, prefixes: Mapping[str, str]) -> str:
    r"""Declare the prefixes that a query uses without declaring them.

    Example:
        >>> prefixed("ASK { a:b ?p ?o }", {"a": "http://a/", "c": "http://c/"})
        'PREFIX a: <http://a/>\nASK { a:b ?p ?o }'
    """
    used = [f"PREFIX {name}: <{base}>\n" for name, base in prefixes.items() if f"{name}:" in text]
    return "".join(used) + text
