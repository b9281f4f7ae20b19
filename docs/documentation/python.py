"""The reference of the Python API: the public names of the packages, which mkdocstrings describes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

PACKAGES = ("iomgraph", "iomgraph.serving", "iomgraph.validation.shacl")
"""Packages with a public face."""


def page() -> str:
    """Write the page: a directive of mkdocstrings for each public name.

    Example:
        >>> "::: iomgraph.queries.opened.open" in page()
        True
    """
    said = ["# Python", "", "The public names; everything else may change with any version.", ""]
    for package in PACKAGES:
        said += [f"::: {name}" for name in _names(package)]
    return "\n\n".join(said) + "\n"


def _names(package: str) -> Iterator[str]:
    module = importlib.import_module(package)
    for name in module.__all__:
        value = getattr(module, name)
        if not isinstance(value, str):
            yield f"{getattr(value, '__module__', package)}.{name}"
