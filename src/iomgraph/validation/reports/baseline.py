"""Baselines: known findings do not fail a check, and new ones do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.outputs import replacing

_VERSION = 1


def read(path: Path) -> frozenset[str]:
    """Read the keys of the findings in a baseline.

    Raises:
        SourceError: if it can't be read or is not a baseline.
    """
    if path.exists() and not path.is_file():
        # A device or a pipe may never end.
        raise SourceError("the baseline is not a file", where=path, step="name a file with --baseline")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["version"] != _VERSION:
            raise ValueError(f"version {document['version']}")
        return frozenset(document["findings"])
    except OSError as error:
        raise SourceError(
            f"the baseline can't be read ({error.strerror})",
            where=path,
            step="check the path, or write it with --update-baseline",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"this is not a baseline ({error})", where=path, step="write it again with --update-baseline"
        ) from error


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write the baseline: key to finding, in order, so that its changes can be reviewed.

    Raises:
        SourceError: if it can't be written; the previous file is untouched then.
    """
    known = {found.key: f"{found.rule}: {found.about or found.place}" for found in findings}
    text = json.dumps({"version": _VERSION, "findings": known}, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        with replacing(path) as part:
            part.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SourceError(
            f"the baseline can't be written ({error.strerror})",
            where=path,
            step="choose a folder that can be written",
        ) from error


def new(findings: Sequence[Finding], known: frozenset[str]) -> list[Finding]:
    """Return the findings that are not in a baseline.

    A finding is identified by its rule, its thing, its value and its column, not by its row or line.

    Example:
        >>> from iomgraph.findings import Severity
        >>> old, fresh = (Finding(rule, Severity.MUST, {"en": "m"}) for rule in ("a", "b"))
        >>> [found.rule for found in new([old, fresh], frozenset({old.key}))]
        ['b']
    """
    return [found for found in findings if found.key not in known]
