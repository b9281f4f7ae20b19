"""Writers of tables: as readable JSON, in every format of SPARQL results, and as RDF."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from iomgraph.formats import Format, Kind
from iomgraph.queries import execution
from iomgraph.serving.api.table import Cell, Table
from iomgraph.terms import RDF_TYPE

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = ox.NamedNode(RDF_TYPE)


def rows(table: Table) -> list[dict[str, Any]]:
    """Write rows as plain objects: numbers as numbers, IRIs and texts as texts.

    The language of a text, if known, is in a field with the name of its column and `_language`.

    Example:
        >>> name = ox.Literal("Géorgie", language="fr")
        >>> rows(Table(("state", "projects"), ((name, ox.Literal(2)),), 1, graph=False))
        [{'state': 'Géorgie', 'state_language': 'fr', 'projects': 2}]
    """
    tagged = {
        number
        for row in table.rows
        for number, cell in enumerate(row)
        if isinstance(cell, ox.Literal) and cell.language
    }
    return [dict(_cells(table.columns, row, tagged)) for row in table.rows]


def _cells(columns: tuple[str, ...], row: tuple[Cell, ...], tagged: set[int]) -> Iterator[tuple[str, Any]]:
    for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
        yield column, plain(cell)
        if number in tagged:
            yield f"{column}_language", cell.language if isinstance(cell, ox.Literal) else None


def plain(cell: Cell) -> Any:
    """A term as a JSON value; everything except numbers and booleans is a text.

    Example:
        >>> plain(ox.Literal("64240.50", datatype=ox.NamedNode(_XSD + "decimal"))), plain(ox.Literal(True))
        (64240.5, True)
    """
    if cell is None:
        return None
    if not isinstance(cell, ox.Literal):
        return getattr(cell, "value", str(cell))
    kind = cell.datatype.value.removeprefix(_XSD)
    if kind == "boolean":
        return cell.value in ("true", "1")
    if kind in ("integer", "decimal"):
        number = Decimal(cell.value)
        return int(number) if number == number.to_integral_value() else float(number)
    # JSON has neither infinity nor NaN.
    if kind in ("double", "float") and cell.value.lstrip("+-") not in ("INF", "NaN"):
        return float(cell.value)
    return cell.value


def write(table: Table, chosen: Format, prefixes: Mapping[str, str], address: str) -> bytes:
    """Write a table in a format of results or of RDF.

    In RDF, the triples of a graph are a graph; other rows are an `rs:ResultSet`, the W3C's vocabulary for
    results, named by the address of the answer.

    Args:
        table: the table.
        chosen: the format.
        prefixes: prefixes for RDF.
        address: IRI of the answer.
    """
    if chosen.kind is Kind.RDF:
        triples = _triples(table) if table.graph else _results(table, address)
        return execution.graph(triples, chosen, {**prefixes, "rs": _RS})
    body = json.dumps(
        {
            "head": {"vars": table.columns},
            "results": {"bindings": [_binding(table.columns, row) for row in table.rows]},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return execution.results(found, chosen)


def _triples(table: Table) -> Iterator[ox.Triple]:
    for subject, predicate, value in table.rows:
        # Rows of a graph are triples.
        yield ox.Triple(subject, predicate, value)  # type: ignore[arg-type]


def _results(table: Table, address: str) -> Iterator[ox.Triple]:
    whole = ox.NamedNode(address)
    yield ox.Triple(whole, _TYPE, _rs("ResultSet"))
    for column in table.columns:
        yield ox.Triple(whole, _rs("resultVariable"), ox.Literal(column))
    for index, row in enumerate(table.rows, 1):
        solution = ox.NamedNode(f"{address}#row-{index}")
        yield ox.Triple(whole, _rs("solution"), solution)
        yield ox.Triple(solution, _rs("index"), ox.Literal(index))
        for column, cell in zip(table.columns, row, strict=True):
            if cell is not None:
                binding = ox.NamedNode(f"{address}#row-{index}-{column}")
                yield ox.Triple(solution, _rs("binding"), binding)
                yield ox.Triple(binding, _rs("variable"), ox.Literal(column))
                yield ox.Triple(binding, _rs("value"), cell)


def _rs(name: str) -> ox.NamedNode:
    return ox.NamedNode(_RS + name)


def _binding(columns: tuple[str, ...], row: tuple[Cell, ...]) -> dict[str, dict[str, str]]:
    return {column: _term(cell) for column, cell in zip(columns, row, strict=True) if cell is not None}


def _term(cell: Cell) -> dict[str, str]:
    """A term in SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    if isinstance(cell, ox.Literal):
        tag = {"xml:lang": cell.language} if cell.language else {}
        is_typed = not tag and cell.datatype.value != f"{_XSD}string"
        return {
            "type": "literal",
            "value": cell.value,
            **tag,
            **({"datatype": cell.datatype.value} if is_typed else {}),
        }
    if isinstance(cell, ox.BlankNode):
        return {"type": "bnode", "value": cell.value}
    return {"type": "uri", "value": getattr(cell, "value", "")}
