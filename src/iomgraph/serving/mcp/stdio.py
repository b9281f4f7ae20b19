"""The protocol over standard input and output: one message a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from iomgraph.queries import library, sandbox
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.serving import payload
from iomgraph.serving.api import choices
from iomgraph.serving.mcp import protocol
from iomgraph.serving.mcp.protocol import Protocol
from iomgraph.serving.mcp.tools import Tools
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release
from iomgraph.settings import resources

LONGEST = 1 << 20
"""Bytes of a message; a longer one is refused."""


def serve(release: Path, seconds: float, lines: BinaryIO, out: BinaryIO) -> None:
    """Answer messages until there are no more.

    Args:
        release: folder of the release; each question is asked in a process of its own, which has its
            limits of time and memory.
        seconds: that an answer may take, the loading of the release included.
        lines: messages come from it.
        out: responses go to it, and nothing else.

    Raises:
        IomgraphError: if it is no release, or damaged.
    """
    # That process moves a question under the base IRI of the release itself.
    asked = library.read_all(resources() / "queries")

    def ask(question: Query, given: Mapping[str, str]) -> Answer:
        return sandbox.ask(sandbox.Request(release, question, given), seconds)

    spoken = Protocol(Tools(asked, choices.read(Release.open(release)), ask))
    while line := lines.readline(LONGEST + 1):
        if line.strip():
            told = _answer(spoken, line, lines)
            if told is not None:
                out.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                out.flush()


def _answer(spoken: Protocol, line: bytes, rest: BinaryIO) -> object:
    if len(line) > LONGEST:
        while line and not line.endswith(b"\n"):
            line = rest.readline(LONGEST)
        return protocol.error(None, protocol.INVALID, f"a message has {LONGEST:,} bytes at most")
    try:
        return spoken.answer(payload.read(line, "message"))
    except RequestError as error:
        return protocol.error(None, protocol.PARSE, error.what)
