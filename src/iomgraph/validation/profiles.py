"""Profiles: sets of shapes that data is checked against by name."""

from __future__ import annotations

from pathlib import Path

from iomgraph.errors import SettingsError

HEAD = "shapes.ttl"
"""The file of the rules' ontology, beside their folders."""
OURS = "iomgraph"
"""The profile of our own data: every rule."""


def names(folder: Path) -> tuple[str, ...]:
    """Name the profiles of a folder of shapes.

    Example:
        >>> from iomgraph.settings import Settings
        >>> names(Settings().shapes)
        ('iomgraph', 'partner')
    """
    return (OURS, *(path.stem for path in sorted(folder.glob("*.ttl")) if _is_profile(path)))


def find(folder: Path, name: str) -> tuple[Path, ...]:
    """Find the files and folders of a profile.

    Args:
        folder: of the shapes.
        name: of the profile.

    Raises:
        SettingsError: if there is no such profile.

    Example:
        >>> from iomgraph.settings import Settings
        >>> [path.name for path in find(Settings().shapes, "partner")]
        ['partner.ttl']
    """
    known = names(folder)
    if name not in known:
        raise SettingsError(
            f"there is no profile {name!r}", where="--profile", step=f"the profiles are: {', '.join(known)}"
        )
    if name != OURS:
        return (folder / f"{name}.ttl",)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(path for path in paths if path.is_dir() or (path.suffix == ".ttl" and not _is_profile(path)))


def _is_profile(path: Path) -> bool:
    """Tell whether a file declares itself a profile, with shapes that are complete and not rules of ours."""
    if path.name == HEAD or not path.is_file():
        return False
    return f"/shapes/{path.stem}> a owl:Ontology" in path.read_text(encoding="utf-8", errors="replace")
