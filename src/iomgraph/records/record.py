"""A record: one thing described in the terms of the context, as JSON would hold it."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
"""Term to value; `id` is a CURIE, `type` a list of class names (`ontology/context.jsonld`)."""
