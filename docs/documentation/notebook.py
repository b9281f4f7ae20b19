"""The notebook: executed against a release, and written as a page with its charts."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

_LIMIT = 60
"""Seconds that a cell may take."""


@dataclass(frozen=True, slots=True)
class Page:
    """A notebook as a page.

    Args:
        text: in Markdown.
        images: name to PNG.
    """

    text: str
    images: Mapping[str, bytes] = field(default_factory=dict)


def executed(path: Path, release: Path) -> Any:
    """Execute a notebook in a folder where `dist` is a release; return it with its outputs.

    Args:
        path: of the notebook, which stays as it is.
        release: folder of the release.

    Raises:
        CellExecutionError: if a cell raises an error.
    """
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        Path(folder, "dist").symlink_to(release.resolve())
        # By sockets of the file system, in a folder that no other user can read, and not by TCP.
        kernel = {"transport": "ipc", "ip": f"{folder}/kernel"}
        NotebookClient(
            notebook,
            config=Config(KernelManager=kernel),
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            timeout=_LIMIT,
        ).execute()
    return notebook


def page(notebook: Any, name: str) -> Page:
    r"""Write an executed notebook as a page.

    Args:
        notebook: with its outputs.
        name: of the page, which the names of images begin with.

    Example:
        >>> cell = nbformat.v4.new_code_cell("1 + 1")
        >>> page(nbformat.v4.new_notebook(cells=[cell]), "sum").text
        '```python\n1 + 1\n```\n'
    """
    images: dict[str, bytes] = {}
    said: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            said.append(f"{cell.source}\n")
            continue
        said.append(f"```python\n{cell.source}\n```\n")
        for output in cell.outputs:
            said += _output(output, cell.metadata.get("alt", ""), name, images)
    return Page("\n".join(said), images)


def _output(output: Any, alt: str, name: str, images: dict[str, bytes]) -> Iterator[str]:
    if output.output_type == "stream":
        yield f"```text\n{output.text.rstrip()}\n```\n"
        return
    data = output.get("data", {})
    if "image/png" in data:
        file = f"{name}-{len(images) + 1}.png"
        images[file] = base64.b64decode(data["image/png"])
        yield f"![{alt}]({file})\n"
    elif "text/plain" in data:
        yield f"```text\n{data['text/plain']}\n```\n"
