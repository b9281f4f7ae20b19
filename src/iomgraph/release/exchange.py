"""The release as a whole: written beside its target, then put in its place in one step.

While a build writes a release, `.dist.staging` is beside `dist`. A marker in it, locked by the build that
owns it, tells a running build from a killed one and from a folder of the user's. If the system can exchange
two folders, readers never find the place empty. Afterwards the previous release is removed, except files that
its manifest does not list, which move into the new one. A mount point (the volume of a container) can't be
renamed; there, files are replaced one by one, and the manifest last. The next build cleans up after a killed
one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.release import manifest

try:
    import fcntl
except ImportError:  # Windows has no such lock; there, only an existing folder shows another build.
    fcntl = None  # type: ignore[assignment]

_MARKER = ".iomgraph-staging"
_NOTE = "A release of iomgraph is being written here. If no build is running, the next one removes this.\n"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_SHOWN = 5


@contextmanager
def staged(target: Path, keep: Sequence[str] = ()) -> Iterator[Path]:
    """Yield a folder to write a release into, and put it in the target's place on success.

    If an exception is raised while the folder is being written, the previous release stays untouched and the
    unfinished one is removed.

    Args:
        target: the folder of the release; its parent folders are made.
        keep: names in the target that do not belong to the release and stay, besides `manifest.KEPT`.

    Yields:
        an empty folder on the same disk as the target.

    Raises:
        PublicationError: if `check` refuses the target; if another build is writing there; or if the disk
            fails.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp(), "dist")
        >>> with staged(target) as folder:
        ...     _ = (folder / "hello.txt").write_text("hello")
        >>> [path.name for path in target.iterdir()]
        ['hello.txt']
    """
    with _as_stops(target):
        place = _Place.of(target, (*manifest.KEPT, *keep))
        place.refuse()
        with place.owned():
            place.recover()
            place.refuse_strangers()
            place.new.mkdir()
            try:
                yield place.new
                place.refuse_strangers()
            except BaseException:
                shutil.rmtree(place.new, ignore_errors=True)
                raise
            place.publish()


def check(target: Path, keep: Sequence[str] = ()) -> None:
    """Refuse an unsuitable target before any work is done; arguments and errors as for `staged`.

    Example:
        >>> check(Path("/"))
        Traceback (most recent call last):
            ...
        iomgraph.errors.PublicationError: the target is the root of the file system: /
          Next: name a folder, such as dist
    """
    with _as_stops(target):
        place = _Place.of(target, (*manifest.KEPT, *keep))
        place.refuse()
        if not place.marker.exists():
            place.refuse_strangers()
        nearest = next(folder for folder in (place.work, *place.work.parents) if folder.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise PublicationError(
                "the release can't be written: permission denied",
                where=nearest,
                step="allow writing there, or name another folder",
            )


@contextmanager
def _as_stops(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublicationError(
            f"the release can't be written ({error.strerror or error})",
            where=error.filename or target,
            step="free space on the disk, allow writing there, or name another folder",
        ) from error


@dataclass(frozen=True, slots=True)
class _Place:
    """The folder of a release, and the folder in which it is prepared.

    Args:
        target: of the release, absolute.
        work: the folder that is locked; beside the target, or in it where the target is a mount point.
        keep: names in the target that are the user's.
    """

    target: Path
    work: Path
    keep: tuple[str, ...]

    @classmethod
    def of(cls, target: Path, keep: Sequence[str]) -> _Place:
        target = target.parent.resolve() / target.name if target.name else target.resolve()
        if target == Path(target.anchor):
            raise PublicationError(
                "the target is the root of the file system", where=target, step="name a folder, such as dist"
            )
        beside = target.with_name(f".{target.name}.staging")
        inside = target / ".staging"
        mounted = not target.is_symlink() and os.path.ismount(target)
        return cls(target, inside if mounted else beside, tuple(keep))

    @property
    def marker(self) -> Path:
        return self.work / _MARKER

    @property
    def new(self) -> Path:
        """The release being written; after the exchange, the previous one."""
        return self.work / "release"

    @property
    def old(self) -> Path:
        """The previous release, between two renames on systems that can't exchange folders."""
        return self.work / "old"

    @property
    def inside(self) -> bool:
        return self.work.parent == self.target

    def refuse(self) -> None:
        """Refuse a target that is not a folder, and a working folder that belongs to somebody else."""
        if self.target.is_symlink():
            raise PublicationError(
                "the target is a symbolic link", where=self.target, step="name the folder that it leads to"
            )
        if self.target.exists() and not self.target.is_dir():
            raise PublicationError("the target is a file", where=self.target, step="name a folder")
        if self.work.exists() and not self.marker.exists() and any(self.work.iterdir()):
            raise PublicationError(
                "the working folder of a build belongs to somebody else",
                where=self.work,
                step="rename it, or name another target",
            )

    def refuse_strangers(self) -> None:
        """Refuse a target with files that its manifest does not list, since they would be lost."""
        if not self.target.is_dir():
            return
        own = (*self.keep, self.work.name) if self.inside else self.keep
        if not any(path.name not in own for path in self.target.iterdir()):
            return
        if not manifest.is_release(self.target):
            raise PublicationError(
                "the target contains something that is not a release, and would be lost",
                where=self.target,
                step="empty the folder, or name another one",
            )
        if strangers := manifest.strangers(self.target, own):
            more = f" and {len(strangers) - _SHOWN} more" if len(strangers) > _SHOWN else ""
            raise PublicationError(
                f"files in the target do not belong to the release: {', '.join(strangers[:_SHOWN])}{more}",
                where=self.target,
                step="move them away, or keep them with --keep NAME",
            )

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Own the working folder, which is removed at the end."""
        with _locked(self.marker):
            try:
                yield
            finally:
                # A release still under `old` could not be put back; it stays until the next build.
                if not self.old.exists():
                    shutil.rmtree(self.work, ignore_errors=True)

    def recover(self) -> None:
        """Clean up after a killed build."""
        if self.inside and self.new.exists() and manifest.is_release(self.new):
            self._replace_files()
        if self.old.exists():
            if self.target.exists():
                self._clear(self.old)
            else:
                self.old.rename(self.target)
        if self.new.exists():
            self._clear(self.new)

    def publish(self) -> None:
        """Put the new release in the target's place."""
        if self.inside:
            self._replace_files()
        elif not self.target.exists():
            self.new.rename(self.target)
        elif _exchange(self.new, self.target):
            self._clear(self.new)
        else:
            self._rename_twice()

    def _rename_twice(self) -> None:
        self.target.rename(self.old)
        try:
            self.new.rename(self.target)
        except BaseException:
            self.old.rename(self.target)
            raise
        self._clear(self.old)

    def _clear(self, folder: Path) -> None:
        """Remove a replaced release once the files that do not belong to it have moved."""
        names = [name for name in self.keep if (folder / name).exists()]
        if manifest.is_release(folder):
            names += manifest.strangers(folder, self.keep)
        for name in names:
            goal = self.target / name
            if not goal.exists():
                goal.parent.mkdir(parents=True, exist_ok=True)
                (folder / name).rename(goal)
            else:
                _rescue(folder / name, self.target)
        shutil.rmtree(folder, ignore_errors=True)

    def _replace_files(self) -> None:
        """Replace the files of a target that can't be renamed, with the manifest last."""
        last = (manifest.SIGNATURE, manifest.SUMS, manifest.NAME)
        before = set(manifest.listed(self.target))
        for path in sorted(path for path in self.new.rglob("*") if path.is_file()):
            name = path.relative_to(self.new).as_posix()
            if name not in last:
                (self.target / name).parent.mkdir(parents=True, exist_ok=True)
                path.replace(self.target / name)
        new = set(manifest.listed(self.new))
        for name in last:
            if (self.new / name).exists():
                (self.new / name).replace(self.target / name)
            else:
                (self.target / name).unlink(missing_ok=True)
        for name in sorted(before - new) if new else ():
            (self.target / name).unlink(missing_ok=True)
            with suppress(OSError):
                os.removedirs((self.target / name).parent)
        shutil.rmtree(self.new, ignore_errors=True)


def _rescue(path: Path, target: Path) -> None:
    """Move a user's file whose place is taken to a free name beside the release."""
    goals = (target.with_name(f"{target.name}.{path.name}.{number}") for number in range(1, 10_000))
    path.rename(next(goal for goal in goals if not goal.exists()))


@contextmanager
def _locked(marker: Path) -> Iterator[None]:
    """Hold the lock of a marker's folder; make both if they do not exist."""
    while True:
        marker.parent.mkdir(parents=True, exist_ok=True)
        with marker.open("a", encoding="utf-8") as stream:
            if fcntl is not None:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise PublicationError(
                        "another build is writing there", where=marker.parent, step="wait for it to end"
                    ) from None
            # The previous owner may have removed the folder between opening and locking.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(stream.fileno()), marker.stat()):
                    stream.truncate(0)
                    stream.write(_NOTE)
                    stream.flush()
                    yield
                    return


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux, `renameat2`); False where the system can't."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))
