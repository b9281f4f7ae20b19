"""Output of commands: users' text unchanged, and no control sequences for terminals."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iomgraph.cli import output
from iomgraph.cli.findings import show
from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report

ODD = "ex:phone: :smile: [bold]x[/bold] [link=http://e]y[/link] [0-9] \\[z]"


def check(*arguments: str, folder: Path) -> str:
    """Return the standard output of `iomgraph`."""
    command = [sys.executable, "-m", "iomgraph", "check", "--lang", "en", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_the_text_of_a_report_is_what_the_user_wrote(shared: Path) -> None:
    text = check("data.ttl", "--shapes", "shapes.ttl", folder=shared / "cases/shacl/emoji")
    for written in (
        "'urn:tel:phone:+41'",
        "'mail :email: [bold]x[/bold] [link=http://evil]y[/link]'",
        "http://example.org/x:house:y: ex:phone: sh:minCount 1 is not met ex:ContactShape/ex:phone",
        "Write the :date: in [red]digits[/red], e.g. [0-9] ex:ContactShape/ex:date",
        "→ see :book: chapter [2]",
    ):
        assert written in text


def test_nothing_found_is_not_said_where_something_was_not_evaluated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    note = Finding("unknown-term", Severity.MUST, {"en": "m"})
    show(Report(False, (), (), notes=(note,)), "en", Severity.MAY)
    show(Report(True, (), (), notes=(replace(note, severity=Severity.MAY),)), "fr", Severity.MAY)
    printed = capsys.readouterr().out
    assert printed == "Not everything was evaluated (notes: 1).\nRien à signaler.\n"


def test_findings_and_tables_print_what_the_user_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding("r", Severity.MUST, {"en": ODD}, f"{ODD} 1", place=Place(f"{ODD}.csv"))
    output.show_findings([finding])
    output.table({ODD: f"{ODD} 2"}, f"{ODD} 3")
    printed = capsys.readouterr().err
    assert f"Blocking {ODD}.csv {ODD} 1: {ODD}" in printed
    assert f"{ODD} 3" in printed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r", "a\\nb\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\udc80", "\\udc80"),
        ("\x9b31m", "\\x9b31m"),
        ("Zürich – مشروع 🚢 a\u0301", "Zürich – مشروع 🚢 a\u0301"),
        ("\u00a0\u200d", "\u00a0\u200d"),
    ],
)
def test_only_what_steers_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert output.visible(text) == shown


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_is_one_line_that_can_be_printed(text: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    out.write(output.visible(text))
    assert len(output.visible(text).splitlines()) <= 1


def test_nothing_is_coloured_where_it_is_not_a_terminal_or_not_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output.show_findings([Finding("r", Severity.MUST, {"en": "m"})])
    assert capsys.readouterr().err == "Blocking: m\n"
