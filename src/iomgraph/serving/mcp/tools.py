"""Tools: queries with their arguments as a JSON Schema, and a limit of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from iomgraph.errors import IomgraphError
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.queries.metadata import Parameter
from iomgraph.serving import payload
from iomgraph.serving.api import openapi, table, writers
from iomgraph.serving.api.choices import Choice
from iomgraph.serving.api.table import TRIPLE
from iomgraph.serving.problem import RequestError

ROWS = 50
"""The default number of rows in an answer, limited because models pay for text."""
MOST_ROWS = 500

Ask = Callable[[Query, Mapping[str, str]], Answer]
"""A function that runs a query with the arguments as a user would type them."""


class Tools:
    """The tools.

    Args:
        questions: name to query.
        known: kind of thing to its things, for the schemas.
        ask: gets an answer, within its own limits.
    """

    def __init__(self, questions: Mapping[str, Query], known: Mapping[str, list[Choice]], ask: Ask) -> None:
        self._questions, self._ask = questions, ask
        self._told = [_tool(question, known) for question in questions.values()]

    def told(self) -> list[dict[str, Any]]:
        """The description of the tools for a client."""
        return self._told

    def __contains__(self, name: str) -> bool:
        return name in self._questions

    def call(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool.

        Args:
            name: name of an existing query.
            arguments: the arguments from the model.

        Returns:
            the rows, as text and as a structure; or an error that the model can correct.
        """
        question = self._questions[name]
        try:
            return self._call(question, arguments)
        except IomgraphError as error:
            return {"content": [{"type": "text", "text": str(error)}], "isError": True}

    def _call(self, question: Query, arguments: Mapping[str, Any]) -> dict[str, Any]:
        known = {one.name: one for one in question.parameters}
        for key in arguments:
            if key not in known and key not in ("limit", "offset"):
                there_is = ", ".join([*known, "limit", "offset"])
                raise RequestError(
                    400, "there is no such argument", where=key[:100], step=f"there is {there_is}"
                )
        limit = payload.whole(arguments.get("limit", ROWS), "limit", 1, MOST_ROWS)
        offset = payload.whole(arguments.get("offset", 0), "offset", 0, 10_000_000)
        given = {key: _typed(known[key], value) for key, value in arguments.items() if key in known}
        whole = table.of(self._ask(question, given))
        rows = writers.rows(whole.page(offset, limit))
        following = offset + limit if offset + limit < whole.total else None
        told = {"total": whole.total, "offset": offset, "next_offset": following, "rows": rows}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return {"content": [{"type": "text", "text": text}], "structuredContent": told, "isError": False}


def _typed(parameter: Parameter, value: Any) -> str:
    """An argument as a user would type it."""
    if parameter.type == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return payload.text(value, parameter.name)


def _tool(question: Query, known: Mapping[str, list[Choice]]) -> dict[str, Any]:
    columns = "".join(f"\n- {one.name}: {one.meaning}" for one in question.columns)
    gives = f"\nEach row has:{columns}" if columns else "\nEach row is a triple: subject, predicate, object."
    return {
        "name": question.name,
        "title": question.titles["en"],
        "description": f"{question.purposes['en']}{gives}",
        "inputSchema": _input(question, known),
        "outputSchema": _output(question),
        "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
    }


def _input(question: Query, known: Mapping[str, list[Choice]]) -> dict[str, Any]:
    described = {
        one.name: {**openapi.schema(one, known), "description": one.meaning} for one in question.parameters
    }
    needed = [one.name for one in question.parameters if "default" not in described[one.name]]
    return {
        "type": "object",
        "properties": {
            **described,
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_ROWS,
                "default": ROWS,
                "description": "rows at most; total tells how many there are",
            },
            "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "rows to skip"},
        },
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def _output(question: Query) -> dict[str, Any]:
    cells = [one.name for one in question.columns] or [*TRIPLE]
    row = {"type": "object", "properties": {name: {**openapi.CELL} for name in cells}}
    return {
        "type": "object",
        "properties": {
            "total": {"type": "integer", "description": "rows of the whole answer"},
            "offset": {"type": "integer"},
            "next_offset": {"type": ["integer", "null"], "description": "of the next rows; null at the end"},
            "rows": {"type": "array", "items": row},
        },
        "required": ["total", "offset", "next_offset", "rows"],
    }
