"""Requests and answers as bytes, between the server and its workers.

The server never unpickles data of a worker, because workers run queries of strangers.
"""

from __future__ import annotations

import hashlib
import json
import struct
from functools import lru_cache

from iomgraph.serving.message import Request, Response

REQUEST = struct.Struct("!III")
"""Header of a request: its number, and the lengths of its head and body."""

_NUMBER = struct.Struct("!I")
_LENGTHS = struct.Struct("!II")

ANSWER = struct.Struct("!III32s")
"""Header of an answer: the number of its request, the lengths of its head and body, and the ETag of its
body."""

RECALLED = bytes(ANSWER.size)
"""The reply to `recall`: the worker has forgotten the requests."""

LONGEST_HEAD = 1 << 20
"""Most bytes of an answer's head; a worker that sends more is broken."""

HEADERS = frozenset({"accept", "accept-language", "content-type", "host", "origin", "x-forwarded-proto"})
"""The headers that an answer may depend on, besides those whose names begin with `mcp-`."""

_NO_TAG = bytes(32)


def request(service: str, asked: Request) -> bytes:
    """Write a request for a worker.

    Equal requests give equal bytes. Only `HEADERS` and the headers of MCP are passed on, so that an answer
    only depends on these bytes.

    Args:
        service: name of the service that answers it.
        asked: the request of a client.
    """
    headers = sorted(
        pair for pair in asked.headers.items() if pair[0] in HEADERS or pair[0].startswith("mcp-")
    )
    head = json.dumps((service, asked.method, asked.path, asked.query, headers, asked.search)).encode()
    return _LENGTHS.pack(len(head), len(asked.body)) + head + asked.body


def numbered(number: int, payload: bytes) -> bytes:
    """Write the number of a request, from 1 on, before what `request` has written."""
    return _NUMBER.pack(number) + payload


def recall(number: int) -> bytes:
    """Tell a worker to forget the requests after a given one.

    The message has the number 0, and the last number to keep instead of a length.
    """
    return REQUEST.pack(0, number, 0)


def read_request(head: bytes, body: bytes) -> tuple[str, Request]:
    """Read a request: the name of its service, and the request itself."""
    service, method, path, query, headers, search = json.loads(head)
    fields = tuple((name, value) for name, value in query)
    return service, Request(method, path, fields, dict(headers), body, search)


def answer(number: int, response: Response, fault: str) -> bytes:
    """Write an answer for the server.

    An answer with status 200 that has no ETag gets one, which differs by the type of the content: `ASK` gives
    the same bytes in CSV and TSV.

    Args:
        number: number of the request.
        response: the answer; its body is in memory.
        fault: our fault, if any; else empty.
    """
    body = response.body
    assert isinstance(body, bytes)  # noqa: S101 (a worker has no files)
    headers, known = list(response.headers), dict(response.headers)
    # The tag is separate, so that the heads of most answers are the same bytes.
    tag = _NO_TAG
    if response.status == 200 and "ETag" not in known:
        digest = hashlib.sha256(known.get("Content-Type", "").encode() + b"\n")
        digest.update(body)
        tag = digest.hexdigest()[:32].encode()
    if "Cache-Control" not in known:
        headers.append(("Cache-Control", "no-cache"))
    head = json.dumps((response.status, headers, fault)).encode()
    return ANSWER.pack(number, len(head), len(body), tag) + head + body


@lru_cache(maxsize=512)
def read_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """Read the head of an answer: status, headers, and our fault, if any."""
    status, headers, fault = json.loads(head)
    return status, tuple((name, value) for name, value in headers), fault


def tag_header(tag: bytes) -> tuple[tuple[str, str], ...]:
    """Make the ETag header of an answer, if its worker gave it a tag."""
    return () if tag == _NO_TAG else (("ETag", f'"{tag.decode()}"'),)
