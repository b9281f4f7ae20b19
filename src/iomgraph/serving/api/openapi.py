"""The description of the API (OpenAPI 3.1.1), made from the heads of the queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from iomgraph.queries.library import Query
from iomgraph.queries.metadata import Parameter
from iomgraph.serving import problem
from iomgraph.serving.api import choices, paging
from iomgraph.serving.api.asking import LANGUAGE
from iomgraph.serving.api.choice import FORMS, JSON, Form
from iomgraph.serving.api.choices import Choice
from iomgraph.serving.api.table import TRIPLE
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES

VERSION = "3.1.1"

CELL: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
"""The schema of a cell."""


def body(release: Release) -> bytes:
    """Write the description."""
    return json.dumps(document(release), ensure_ascii=False, indent=1).encode() + b"\n"


def document(release: Release) -> dict[str, Any]:
    """Make the description.

    Args:
        release: the release: its queries, and the things that they take.
    """
    known = choices.read(release)
    paths: dict[str, Any] = {}
    for query in release.queries.values():
        paths[f"/api/{query.name}"] = {"get": _operation(query, known)}
        paths[f"/api/{query.name}.{{format}}"] = {"get": _operation(query, known, with_suffix=True)}
    return {
        "openapi": VERSION,
        "info": {
            "title": "iomgraph: queries as an API",
            "version": release.version or "0",
            "description": (
                "The queries that come with iomgraph, asked of a release. Without limit an answer is "
                "whole; with it, total says how many rows there are, and the Link header where the next "
                "page is."
            ),
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "parameters": {"limit": _LIMIT, "offset": _OFFSET, "format": _FORMAT},
            "schemas": {"Problem": _PROBLEM},
            "responses": _RESPONSES,
        },
    }


def _operation(
    query: Query, known: Mapping[str, list[Choice]], *, with_suffix: bool = False
) -> dict[str, Any]:
    references = [{"$ref": f"#/components/parameters/{name}"} for name in paging.NAMES]
    suffix = [{"$ref": "#/components/parameters/format"}] if with_suffix else []
    refusals = (
        {"400": "BadRequest", "404": "NotFound"}
        if with_suffix
        else {"400": "BadRequest", "404": "NotFound", "406": "NotAcceptable"}
    )
    return {
        "operationId": f"{query.name}-as" if with_suffix else query.name,
        "summary": query.titles["en"],
        "description": query.purposes["en"],
        "parameters": [*suffix, *(_parameter(one, known) for one in query.parameters), *references],
        "responses": {
            "200": _answer(query),
            "304": {"description": "The answer is the one that the client has."},
            **{status: {"$ref": f"#/components/responses/{name}"} for status, name in refusals.items()},
        },
    }


def _parameter(one: Parameter, known: Mapping[str, list[Choice]]) -> dict[str, Any]:
    described = schema(one, known)
    return {
        "name": one.name,
        "in": "query",
        "required": "default" not in described,
        "description": one.meaning,
        "schema": described,
        **({"example": described["default"]} if "default" in described else {}),
    }


def schema(one: Parameter, known: Mapping[str, list[Choice]]) -> dict[str, Any]:
    """The JSON Schema of a parameter's values, with its default.

    Args:
        one: the parameter.
        known: kind of thing to its things, which are listed if there are few.
    """
    default = LANGUAGES[0] if one.name == LANGUAGE else one.default
    if default is None:
        return _plain(one, known)
    return {**_plain(one, known), "default": int(default) if one.type == "integer" else default}


def _plain(one: Parameter, known: Mapping[str, list[Choice]]) -> dict[str, Any]:
    match one.type:
        case "text":
            return {"type": "string"}
        case "integer":
            return {"type": "integer", "minimum": -(10**18) + 1, "maximum": 10**18 - 1}
        case "language":
            return {"type": "string", "enum": list(LANGUAGES)}
    listed = known.get(one.type, [])
    if listed and len(listed) <= choices.FEW:
        return {"type": "string", "enum": [choice.key for choice in listed]}
    return {"type": "string", "minLength": 1}


def _answer(query: Query) -> dict[str, Any]:
    columns = {one.name: {**CELL, "description": one.meaning} for one in query.columns}
    row = {
        "type": "object",
        "required": [*columns] or [*TRIPLE],
        "properties": columns or {name: {**CELL} for name in TRIPLE},
        "additionalProperties": {"type": ["string", "null"], "description": "the language of a text"},
    }
    return {
        "description": query.purposes["en"],
        "headers": {
            "X-Total-Count": {"description": "rows of the whole answer", "schema": {"type": "integer"}},
            "Link": {"description": "other pages (RFC 8288)", "schema": {"type": "string"}},
            "ETag": {
                "description": "what tells whether the answer has changed",
                "schema": {"type": "string"},
            },
        },
        "content": {one.media_type: _media(one, row) for one in FORMS},
    }


def _media(form: Form, row: dict[str, Any]) -> dict[str, Any]:
    if form is not JSON:
        return {}
    whole = {"type": "integer", "minimum": 0}
    fields = {
        "question": {"type": "string"},
        "release": {"type": "string", "description": "version of the release"},
        "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
        "columns": {"type": "array", "items": {"type": "string"}},
        "total": {**whole, "description": "rows of the whole answer"},
        "offset": whole,
        "limit": {"type": ["integer", "null"], "description": "null where the answer is whole"},
        "next": {"type": ["string", "null"], "description": "address of the next page"},
        "rows": {"type": "array", "items": row},
    }
    return {"schema": {"type": "object", "required": [*fields], "properties": fields}}


_LIMIT = {
    "name": "limit",
    "in": "query",
    "description": "Rows of a page; without it, the answer is whole.",
    "schema": {"type": "integer", "minimum": 1, "maximum": paging.MOST},
}
_OFFSET = {
    "name": "offset",
    "in": "query",
    "description": "Rows to skip.",
    "schema": {"type": "integer", "minimum": 0, "maximum": paging.FARTHEST, "default": 0},
}
_FORMAT = {
    "name": "format",
    "in": "path",
    "required": True,
    "description": "The form of the answer.",
    "schema": {"type": "string", "enum": [one.suffix.removeprefix(".") for one in FORMS]},
    "example": "csv",
}
_PROBLEM = {
    "type": "object",
    "description": "What is wrong, where, and what to do (RFC 9457).",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "next": {"type": "string"},
    },
}


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {problem.MEDIA_TYPE: {"schema": schema}}}


_RESPONSES = {
    "BadRequest": _refusal("A parameter is unknown, missing, given twice, or none of its type."),
    "NotFound": _refusal("There is no such query, or no such form of an answer."),
    "NotAcceptable": _refusal("The answer is not available in a format that the client accepts."),
}
