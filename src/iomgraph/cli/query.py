"""`iomgraph query`: runs a query on a release or a store."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import click
import pyoxigraph as ox
from click.core import ParameterSource
from rich.console import Console
from rich.table import Table
from rich.text import Text

from iomgraph import formats
from iomgraph.cli import choices
from iomgraph.cli.output import console, visible
from iomgraph.cli.parameters import AUTH_ENV, INSECURE_AUTH, PATH, POSITIVE
from iomgraph.errors import QueryError, SettingsError
from iomgraph.formats import Format, Kind
from iomgraph.mapping import context
from iomgraph.queries import library, parameters, sandbox
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.queries.metadata import Parameter
from iomgraph.release import quads
from iomgraph.remote import answers as remote_answers
from iomgraph.remote import credentials
from iomgraph.remote.credentials import Credentials
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.transport import RetryPolicy
from iomgraph.settings import resources

TABLE = "table"

_NUMBERS = re.compile(r".*#(integer|decimal|double)")
_WIDE = 100_000

Ask = Callable[[Query | str, Mapping[str, str], Format | None], Answer]
"""A function that runs a query with its arguments and returns the answer in a format."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


@click.command(short_help="Run a named query, or one of your own in SPARQL.")
@click.argument("name", required=False)
@click.option("--text", help="Run this SPARQL query; the prefixes of the context need no declaration.")
@click.option("--file", type=PATH, help="Run the SPARQL query in this file.")
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="KEY=VALUE",
    help="Value for a parameter of NAME, such as state=Kenya; repeatable.",
)
@click.option(
    "-f",
    "--format",
    "output",
    default=TABLE,
    show_default=True,
    help="table, csv, tsv, json, xml, or ttl, nt for a graph.",
)
@click.option("--release", type=PATH, default=Path("dist"), show_default=True, help="Folder of the release.")
@click.option("--endpoint", help="Ask the store that answers SPARQL at this address, not a release.")
@AUTH_ENV
@INSECURE_AUTH
@click.option(
    "--timeout",
    type=POSITIVE,
    default=60,
    show_default=True,
    help="Give up after this many seconds.",
)
@click.option("--list", "lists", is_flag=True, help="List the named queries.")
@click.option(
    "--explain", is_flag=True, help="Show what a query answers, its parameters and columns, and its SPARQL."
)
def query(
    name: str | None,
    text: str | None,
    file: Path | None,
    params: tuple[str, ...],
    output: str,
    release: Path,
    endpoint: str | None,
    auth_env: str | None,
    insecure_auth: bool,
    timeout: float,
    lists: bool,
    explain: bool,
) -> None:
    """Run the query NAME, or any SPARQL query that only reads, on a release or a store elsewhere.

    \b
    iomgraph query --list
    iomgraph query projects-of-state --param state=Kenya
    iomgraph query budget-by-theme-and-year --format csv
    iomgraph query disagreements --endpoint http://localhost:7878/query
    """
    if lists:
        _list(library.read_all(resources() / "queries").values())
        return
    asked = _asked(name, text, file)
    if explain:
        _explain(asked)
        return
    wanted = None if output == TABLE else _format(output)
    given = _arguments(asked, params)
    ask: Ask
    if endpoint:
        known = context.read(resources() / "ontology")
        who = credentials.of_environment(auth_env, insecure=insecure_auth) if auth_env else None
        ask = partial(_of_store, _store(endpoint, who, timeout), known.prefixes)
    else:
        known = None
        ask = partial(_of_release, release, timeout)
    there = endpoint or quads.paths(release)
    if there and isinstance(asked, Query) and (parameter := parameters.missing(asked, given)):
        prefixes = (known or context.read(release / "ontology")).prefixes
        raise _choices(asked, parameter, ask, prefixes.get(parameter.type, ""))
    answer = _hinted(ask(asked, given, wanted))
    if wanted is None:
        _show(answer, (known or context.read(release / "ontology")).compact)
    else:
        sys.stdout.buffer.write(answer.body)


def _refuse_others(flag: str, *known: str) -> None:
    """Stop if an option is given that has no effect beside a flag."""
    ctx = click.get_current_context()
    for option in ctx.command.params:
        given = ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if given and option.name not in known:
            what = "NAME" if isinstance(option, click.Argument) else option.opts[-1]
            raise QueryError(f"{what} has no effect beside {flag}", step="leave out one of the two")


def _format(name: str) -> Format:
    """Find a format of answers; stops list the same names as the help."""
    try:
        return formats.find(name)
    except SettingsError as error:
        results, graphs = (
            ", ".join(one.name for one in formats.FORMATS if one.kind is kind)
            for kind in (Kind.RESULTS, Kind.RDF)
        )
        step = f"name one of {TABLE}, {results}; for a graph {TABLE}, {graphs}"
        raise SettingsError(error.what, where=error.where, step=step) from None


def _store(url: str, who: Credentials | None, timeout: float) -> Endpoint:
    return Endpoint(Addresses(url), who, RetryPolicy(attempts=3, timeout=timeout, deadline=timeout))


def _of_store(
    store: Endpoint,
    prefixes: Mapping[str, str],
    asked: Query | str,
    given: Mapping[str, str],
    wanted: Format | None,
) -> Answer:
    return remote_answers.ask(store, asked, given, wanted, prefixes)


def _of_release(
    release: Path, timeout: float, asked: Query | str, given: Mapping[str, str], wanted: Format | None
) -> Answer:
    return sandbox.ask(sandbox.Request(release, asked, given, wanted), timeout)


def _choices(asked: Query, parameter: Parameter, ask: Ask, base: str) -> QueryError:
    """Show the things that a parameter can name, and return the stop that explains how to name one."""
    step = f"give it: --param {parameter.name}=… ({parameter.meaning})"
    if base:
        found = choices.rows(ask(choices.listing(base, parameter.default), {}, None), base)
        shown = Table(parameter.name, "name")
        # A piped list is complete, for users who search it.
        most = choices.SHOWN if console().is_terminal else len(found)
        for key, label in found[:most]:
            shown.add_row(Text(visible(key)), Text(visible(label)))
        console().print(shown)
        if (more := len(found) - most) > 0:
            step += f"; {more} more: iomgraph query {asked.name} 2>&1 | less"
    elif parameter.default is not None:
        step = f"give it: --param {parameter.name}={parameter.default} ({parameter.meaning})"
    return QueryError(f"{asked.name} needs a parameter", where=parameter.name, step=step)


def _hinted(answer: Answer) -> Answer:
    """Print the values that would match instead."""
    for hint in answer.hints:
        click.echo(f"Hint: {hint}", err=True)
    return answer


def _asked(name: str | None, text: str | None, file: Path | None) -> Query | str:
    given: list[Query | str] = []
    if name is not None:
        given.append(library.find(library.read_all(resources() / "queries"), name))
    if text is not None:
        given.append(text)
    if file is not None:
        given.append(_of_file(file))
    if len(given) != 1:
        what = "more than one query is given" if given else "no query is given"
        raise QueryError(what, step="give the name of one (--list names them), --text or --file")
    return given[0]


def _of_file(path: Path) -> Query | str:
    text = library.text_of(path)
    # A file that begins like a named query is one, so that new queries can be tried in place.
    return library.parse(text, path) if text.startswith("# title:") else text


def _arguments(asked: Query | str, params: Sequence[str]) -> Mapping[str, str]:
    if isinstance(asked, str) and params:
        raise QueryError(
            "SPARQL takes no parameters", where=params[0], step="write the values into the query"
        )
    pairs = [param.partition("=") for param in params]
    for given, (key, equals, _) in zip(params, pairs, strict=True):
        if not equals or [pair[0] for pair in pairs].count(key) > 1:
            raise QueryError(
                "a parameter is not written KEY=VALUE, or is given twice",
                where=given,
                step="write, for example, --param state=Kenya",
            )
    return {key: value for key, _, value in pairs}


def _show(answer: Answer, compact: Callable[[str], str]) -> None:
    """Show an answer as a table on standard output."""
    if answer.format.kind is Kind.RDF:
        triples = list(ox.parse(answer.body, format=ox.RdfFormat.TURTLE))
        _print(
            ("subject", "predicate", "object"), [(t.subject, t.predicate, t.object) for t in triples], compact
        )
        return
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        click.echo("yes" if found else "no")
    else:
        names = [variable.value for variable in found.variables]
        _print(names, [tuple(solution) for solution in found], compact)


def _print(names: Iterable[str], rows: Sequence[Sequence[Term]], compact: Callable[[str], str]) -> None:
    shown = Table()
    for at, name in enumerate(names):
        filled = [row[at] for row in rows if row[at] is not None]
        numeric = bool(filled) and all(map(_is_number, filled))
        shown.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_plain(term, compact)) for term in row))
    _output().print(shown)


def _output() -> Console:
    """Standard output; without a terminal, values are not wrapped at any width."""
    to = console(stderr=False, soft_wrap=False)
    return to if to.is_terminal else console(stderr=False, soft_wrap=False, width=_WIDE)


def _is_number(term: Term) -> bool:
    return isinstance(term, ox.Literal) and _NUMBERS.fullmatch(term.datatype.value) is not None


def _plain(term: Term, compact: Callable[[str], str]) -> str:
    """A term for readers, with control characters escaped."""
    if term is None:
        return ""
    text = compact(term.value) if isinstance(term, ox.NamedNode) else getattr(term, "value", str(term))
    return visible(text)


def _list(known: Iterable[Query]) -> None:
    _refuse_others("--list", "lists")
    shown = Table("query", "asks", "takes")
    for query in known:
        takes = " ".join(map(_usage, query.parameters))
        shown.add_row(Text(query.name), Text(query.titles["en"]), Text(takes))
    _output().print(shown)
    click.echo(
        "Brackets mark optional parameters and their defaults; other parameters are required, with examples.",
        err=True,
    )


def _usage(parameter: Parameter) -> str:
    """Write a parameter as in a usage line: in brackets if it is optional."""
    value = f"{parameter.name}={parameter.default or '…'}"
    return value if parameters.is_needed(parameter) else f"[{value}]"


def _explain(asked: Query | str) -> None:
    _refuse_others("--explain", "explain", "name", "text", "file")
    if isinstance(asked, str):
        raise QueryError("only a query can be explained", step="give the name of one; --list names them")
    lines = [*asked.titles.values(), "", *asked.purposes.values(), ""]
    for parameter in asked.parameters:
        words = "such as {0}" if parameters.is_needed(parameter) else "{0} if it is left out"
        default = "" if parameter.default is None else f", {words.format(parameter.default)}"
        lines.append(f"takes {parameter.name} ({parameter.type}{default}): {parameter.meaning}")
    lines += [f"gives {column.name}: {column.meaning}" for column in asked.columns] or ["gives a graph"]
    click.echo("\n".join([*lines, "", asked.query]))
