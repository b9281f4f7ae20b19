"""Locations of findings for code hosts: a file relative to the repository, and a line."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from iomgraph.findings import Finding, Place

if TYPE_CHECKING:
    from iomgraph.validation.report import Report


def repository(folder: Path) -> Path:
    """Return the root of the repository that contains a folder, or else the folder itself.

    Example:
        >>> repository(Path("/")) == Path("/")
        True
    """
    return next((up for up in (folder, *folder.parents) if (up / ".git").exists()), folder)


def locator(report: Report) -> Callable[[Finding], Place | None]:
    """Return the function that locates the findings of a report.

    A finding whose focus node is not in a file is located at the shape that made it, or else at the first
    line of the first checked file.

    Args:
        report: the report.

    Returns:
        a function from a finding to its place, with a path relative to the root if the file is below it, else
        absolute; web addresses are unchanged. None if neither data nor shapes came from a file.
    """
    folder = report.folder or Path.cwd()
    root = (report.root or repository(Path.cwd())).resolve()
    fallback = Place(report.files[0], line=1) if report.files else None

    @cache
    def relative(file: str) -> str:
        if _is_address(file):
            return file
        path = Path(os.path.normpath(folder / file))
        for target in (path, path.resolve()):
            if target.is_relative_to(root):
                return target.relative_to(root).as_posix()
        return path.resolve().as_posix()

    def locate(found: Finding) -> Place | None:
        rule = report.rules.get(found.rule)
        place = found.place or (rule.place if rule else None) or fallback
        return replace(place, file=relative(place.file), line=place.line or 1) if place else None

    return locate


def _is_address(file: str) -> bool:
    """Tell whether a place is a web address, which has no file."""
    return file.startswith(("http://", "https://"))


def as_uri(file: str) -> str:
    """Return a path as a URI reference, relative unless the path is absolute; addresses are unchanged.

    Example:
        >>> as_uri("data/my people.ttl"), as_uri("/data/people.ttl"), as_uri("http://a.example/b")
        ('data/my%20people.ttl', 'file:///data/people.ttl', 'http://a.example/b')
    """
    if _is_address(file):
        return file
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote_from_bytes(os.fsencode(path.as_posix()))
