"""The bar that shows progress on a terminal; a module of its own, because its library imports slowly."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from iomgraph.cli.output import visible
from iomgraph.processes.progress import Say

_STEP = 200


@contextmanager
def shown(console: Console, first: str) -> Iterator[Say]:
    """Show one step at a time: its name, its counts, and the time left.

    Forked processes report their progress, too, through the same pipe.

    Args:
        console: the console to draw on.
        first: name of the first step.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        _Counts(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    reading, writing = os.pipe()
    with Progress(*columns, console=console, transient=True) as progress:
        reader = Thread(target=_follow, args=(reading, progress, first), daemon=True)
        reader.start()
        try:
            yield partial(_tell, writing)
        finally:
            # A process that outlives the command holds the pipe open, so the end must be sent explicitly.
            os.write(writing, b"\n")
            reader.join()
            os.close(writing)
            os.close(reading)


def _tell(pipe: int, step: str, done: int = 0, total: int = 0, /) -> None:
    """Write a line that is short enough to go through a pipe in one piece."""
    os.write(pipe, f"{json.dumps([visible(step)[:_STEP], done, total])}\n".encode())


def _follow(pipe: int, progress: Progress, first: str) -> None:
    task, current = progress.add_task(f"{first} …", total=None), first
    with open(pipe, encoding="utf-8", closefd=False) as lines:
        for line in iter(lines.readline, "\n"):
            step, done, total = json.loads(line)
            if step != current:
                # A step may end before the bar is drawn again, but its counts must still be seen once.
                progress.refresh()
                # The speed of one step does not predict that of the next one.
                progress.reset(task, description=f"{step} …", total=total or None, completed=done)
                current = step
            else:
                progress.update(task, completed=done, total=total or None)


class _Counts(ProgressColumn):
    """The number of finished parts of a step and of all its parts; empty for a step without parts."""

    def render(self, task: Task) -> Text:
        """Write the counts."""
        total = f"/{task.total:,.0f}" if task.total else ""
        return Text(f"{task.completed:,.0f}{total}" if total or task.completed else "")
