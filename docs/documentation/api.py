"""The reference of the queries and of the HTTP API, made of its description (OpenAPI)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from documentation.markdown import code, prose, table
from iomgraph.queries.library import Query

_LEAD = """# Queries and HTTP API

Every query has a name. `iomgraph query NAME --param key=value` asks it on the command line,
`iomgraph.open("dist").ask("NAME", key="value")` from [Python](../python.md), and `/api/NAME?key=value` on a
[server](../serve.md). The description of the API for programs (OpenAPI 3.1) is [openapi.json](openapi.json);
a server has it at `/api/openapi.json`.
"""


def page(description: Mapping[str, Any], queries: Mapping[str, Query]) -> str:
    """Write the page.

    Args:
        description: the OpenAPI of a release.
        queries: name to query.
    """
    shared = description["components"]["parameters"]
    said = [_LEAD, "## Parameters of every address", "", _parameters(shared.values()), "## Answers", ""]
    said += [table(["Status", "Meaning"], sorted(_statuses(description)))]
    for query in queries.values():
        said += _query(query, description["paths"][f"/api/{query.name}"]["get"])
    return "\n".join(said)


def body(description: Mapping[str, Any]) -> str:
    """Write the description as JSON."""
    return json.dumps(description, ensure_ascii=False, indent=1) + "\n"


def _statuses(description: Mapping[str, Any]) -> set[tuple[str, str]]:
    shared = description["components"]["responses"]
    found = set()
    for methods in description["paths"].values():
        for status, answer in methods["get"]["responses"].items():
            known = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            said = "The rows, or the triples." if status == "200" else known["description"]
            found.add((status, prose(said)))
    return found


def _query(query: Query, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {query.name}"
    yield ""
    yield prose(query.purposes["en"])
    yield ""
    own = [one for one in operation["parameters"] if "name" in one]
    if own:
        yield _parameters(own)
    if query.columns:
        yield table(["Column", "Meaning"], ([code(one.name), prose(one.meaning)] for one in query.columns))
    else:
        yield "The answer is a graph.\n"


def _parameters(parameters: Any) -> str:
    return table(
        ["Parameter", "Values", "Meaning"],
        ([code(one["name"]), _values(one), prose(one.get("description", ""))] for one in parameters),
    )


def _values(parameter: Mapping[str, Any]) -> str:
    schema = parameter["schema"]
    said = ", ".join(map(code, schema["enum"])) if "enum" in schema else str(schema["type"])
    if "default" in schema:
        return f"{said}; {code(schema['default'])} if it is left out"
    return f"{said}; required" if parameter.get("required") else said
