"""The questions, asked of the release while it is built, with their answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph import formats
from iomgraph.publication import answers as release_answers
from iomgraph.publication.questions import Question

SHOWN = 100
"""Rows on a page; the whole answer is a file beside it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer.

    Args:
        question: with the arguments that stand in its file.
        columns: of the answer.
        rows: the first rows of it.
        total: how many rows there are.
        suffix: of the file of the whole answer.
        body: the whole answer: a table, or a graph in Turtle.
    """

    question: Question
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int
    suffix: str
    body: bytes


def answers(release: Path, questions: Sequence[Question], prefixes: Mapping[str, str]) -> list[Asked]:
    """Ask every question.

    Args:
        release: its folder.
        questions: to be asked as they stand.
        prefixes: that they need not declare.

    Raises:
        QueryError: if one can't be answered.
    """
    store = release_answers.open_release(release)
    table = formats.find("csv", formats.Kind.RESULTS)
    graph = formats.find("turtle", formats.Kind.RDF)
    found = []
    for question in questions:
        wanted = table if question.columns else graph
        body = release_answers.ask(store, question.text, wanted, prefixes).body
        header, *rows = csv.reader(io.StringIO(body.decode())) if question.columns else ([],)
        suffix = ".csv" if question.columns else ".ttl"
        found.append(Asked(question, header, rows[:SHOWN], len(rows), suffix, body))
    return found
