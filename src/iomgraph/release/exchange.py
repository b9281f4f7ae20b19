"""The release as a whole: written next to its target, then put in its place by renaming.

Three folders take part. `dist` is the release; `.dist.staging` is the one that is being written;
`.dist.old` is the one before, for the moment between two renames.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.release.manifest import is_release


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to write a release into, and put it in the target's place if all went well.

    Whatever is raised while the folder is being written, the release that stood there stays as
    it was and the unfinished one is removed.

    Args:
        target: where the release shall stand; its parent folders are made.

    Yields:
        an empty folder next to the target.

    Raises:
        PublicationError: if the target is a file, a link, or a folder with other things in it;
            if another build is writing there; or if the disk refuses.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp(), "dist")
        >>> with staged(target) as folder:
        ...     _ = (folder / "hello.txt").write_text("hello")
        >>> [path.name for path in target.iterdir()]
        ['hello.txt']
    """
    try:
        target = target.parent.resolve() / target.name if target.name else target.resolve()
        staging = _beside(target, "staging")
        aside = _beside(target, "old")
        _check(target)
        _recover(target, aside)
        _make(staging)
        try:
            yield staging
            _check(target)
            _swap(staging, target, aside)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise PublicationError(
            f"the release can't be written ({error.strerror or error})",
            where=error.filename or target,
            step="free space on the disk, allow writing there, or name another folder",
        ) from error


def _beside(target: Path, word: str) -> Path:
    return target.with_name(f".{target.name}.{word}")


def _check(target: Path) -> None:
    """Refuse a target whose replacement would destroy something other than a release."""
    if target.is_symlink():
        raise PublicationError(
            "the target is a symbolic link", where=target, step="name the folder that it leads to"
        )
    if target.exists() and not target.is_dir():
        raise PublicationError("the target is a file", where=target, step="name a folder")
    if target.is_dir() and any(target.iterdir()) and not is_release(target):
        raise PublicationError(
            "the target holds something that is no release, and would be lost",
            where=target,
            step="empty the folder, or name another one",
        )


def _recover(target: Path, aside: Path) -> None:
    """Clean up after a build that was killed between, or right after, the two renames."""
    if not aside.is_dir():
        return
    if target.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(target)


def _make(staging: Path) -> None:
    staging.parent.mkdir(parents=True, exist_ok=True)
    try:
        staging.mkdir()
    except FileExistsError:
        raise PublicationError(
            "another build is writing there, or was killed while it did",
            where=staging,
            step="wait for it to end, or remove this folder",
        ) from None


def _swap(staging: Path, target: Path, aside: Path) -> None:
    stood = target.exists()
    if stood:
        target.rename(aside)
    try:
        staging.rename(target)
    except BaseException:
        if stood:
            aside.rename(target)
        raise
    # The new release stands by now; what can't be removed here is removed by the next build.
    shutil.rmtree(aside, ignore_errors=True)
