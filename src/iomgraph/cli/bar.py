"""The bar that shows progress on a terminal; apart, because its library takes long to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def shown(console: Console, first: str) -> Iterator[Say]:
    """Show a step at a time: its name, its counts, and the time that it will take.

    Args:
        console: where to.
        first: name of the first step.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        _Counts(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{first} …", total=None)
        current = first

        def say(step: str, done: int = 0, total: int = 0, /) -> None:
            nonlocal current
            if step != current:
                # The speed of one step tells nothing of the next one.
                progress.reset(task, description=f"{visible(step)} …", total=total or None, completed=done)
                current = step
            else:
                progress.update(task, completed=done, total=total or None)

        yield say


class _Counts(ProgressColumn):
    """The parts of a step that are done, and their number; nothing where a step has no parts."""

    def render(self, task: Task) -> Text:
        """Write the counts."""
        total = f"/{task.total:,.0f}" if task.total else ""
        return Text(f"{task.completed:,.0f}{total}" if total or task.completed else "")
