"""Verdicts on parts, kept for the next build."""

from __future__ import annotations

import json

from iomgraph.cache import Memo
from iomgraph.rechecks.encoding import UnwritableError, decoded, encoded
from iomgraph.rechecks.verdict import Verdict

_KIND = "verdict"


def found(memo: Memo, part: bytes) -> Verdict | None:
    """Find the verdict of an earlier build on the part with a digest; None if there is none."""
    value = memo.found(_KIND, part)
    if value is None:
        return None
    results, lines = json.loads(value)
    return Verdict([(number, decoded(one)) for number, one in results], lines)


def keep(memo: Memo, part: bytes, verdict: Verdict) -> None:
    """Keep the verdict on the part with a digest, unless it has results that can't be written."""
    try:
        results = [(number, encoded(one)) for number, one in verdict.results]
    except UnwritableError:
        return
    value = json.dumps([results, verdict.lines], ensure_ascii=False, separators=(",", ":"))
    memo.keep(_KIND, part, value.encode("utf-8", "surrogatepass"))
