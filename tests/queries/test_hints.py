"""A query with a value that no data can equal gets hints about the values of the data."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from iomgraph.cli.query import query
from iomgraph.queries import execution
from iomgraph.queries.hints import hints

LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'SELECT * {{ ?s {LABEL} "Georgia" }}', ["texts have languages"]),
        (f"SELECT * {{ ?s {LABEL} 'Georgia'@de }}", ['"Georgia"@en']),
        (f'SELECT * {{ ?s {LABEL} "Georgia"@en . ?s a <urn:none> }}', []),
        (f'SELECT * {{ ?s {LABEL} "Atlantis" }}', []),
        ('SELECT * { ?s ?p "2018-05-01"^^xsd:date }', ['"2018"^^xsd:gYear']),
        ('SELECT * { ?s ?p "2018"^^xsd:gYearMonth }', ["values have datatypes"]),
        ('SELECT * { ?s <urn:"Georgia"> ?o # "Georgia"\n }', []),
    ],
)
def test_a_literal_that_nothing_equals_gets_suggestions(
    text: str, expected: list[str], store: ox.Store
) -> None:
    found = hints(store, text)
    assert len(found) == len(expected)
    assert all(part in hint for part, hint in zip(expected, found, strict=True)), found


def test_hints_come_with_answers_that_have_no_rows_alone(store: ox.Store) -> None:
    empty = execution.ask(store, f'SELECT * {{ ?s {LABEL} "Georgia" }}')
    assert len(empty.hints) == 1
    assert execution.ask(store, f'SELECT * {{ ?s {LABEL} "Georgia"@en }}').hints == ()
    assert len(execution.ask(store, f'ASK {{ ?s {LABEL} "Georgia" }}').hints) == 1


def test_the_command_line_tells_them_beside_the_answer(release: Path) -> None:
    text = f'SELECT ?s {{ ?s {LABEL} "Georgia" }}'
    done = CliRunner().invoke(query, ["--release", str(release), "--text", text, "--format", "csv"])
    assert done.exit_code == 0
    assert done.stdout.split() == ["s"]
    assert 'there is "Georgia"@en' in done.stderr
