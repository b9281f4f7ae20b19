"""Files of activities are read one activity at a time; hostile files and other versions are refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.sources.iati import stream
from iomgraph.sources.rules import Reporter, Rules

Read = Callable[[bytes], tuple[list[str], list[Finding]]]
ONE = b"<iati-activity><iati-identifier>%d</iati-identifier></iati-activity>"


def whole(*activities: bytes, version: bytes = b"2.03") -> bytes:
    return b'<iati-activities version="%s">%s</iati-activities>' % (version, b"".join(activities))


@pytest.fixture
def read(tmp_path: Path, rules: Rules) -> Read:
    """Read a file, and give the identifiers in it and the findings."""

    def run(content: bytes) -> tuple[list[str], list[Finding]]:
        path, findings = tmp_path / "a.xml", list[Finding]()
        path.write_bytes(content)
        found = [
            one.element.findtext("iati-identifier")
            for one in stream.activities(path, "a.xml", Reporter(rules, findings))
        ]
        return found, findings

    return run


def test_activities_come_one_by_one_in_their_order(read: Read) -> None:
    assert read(whole(*(ONE % number for number in range(3000)))) == ([str(n) for n in range(3000)], [])


def test_a_packed_file_is_read(read: Read) -> None:
    assert read(gzip.compress(whole(ONE % 1)))[0] == ["1"]


@pytest.mark.parametrize("version", [b"1.05", b"3.01", b"two"])
def test_another_version_is_refused_by_name(read: Read, version: bytes) -> None:
    with pytest.raises(SourceError, match=f"version {version.decode()} of the IATI Standard"):
        read(whole(ONE % 1, version=version))


@pytest.mark.parametrize("version", [b"2.01", b"2.02", b"2.03"])
def test_each_version_2_is_read(read: Read, version: bytes) -> None:
    assert read(whole(ONE % 1, version=version)) == (["1"], [])


def test_a_file_without_a_version_is_read_and_reported(read: Read) -> None:
    found, findings = read(b"<iati-activities>%s</iati-activities>" % (ONE % 1))
    assert found == ["1"]
    assert [one.rule for one in findings] == ["iati-no-version"]


@pytest.mark.parametrize("before", [b"", b"<!--%s-->" % (b"x" * 100_000)])
def test_a_document_type_is_refused_anywhere(read: Read, before: bytes) -> None:
    entity = b'<!DOCTYPE iati-activities [<!ENTITY a "aaaa">]>'
    with pytest.raises(SourceError, match="it has a document type"):
        read(before + entity + whole(ONE % 1))


def test_an_activity_without_an_end_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_ACTIVITY", 100_000)
    with pytest.raises(SourceError, match="larger than any real one"):
        read(b'<iati-activities version="2.03"><iati-activity>' + b"<title/>" * 100_000)


def test_elements_nested_without_end_are_a_finding_not_a_crash(read: Read) -> None:
    found, findings = read(
        b'<iati-activities version="2.03">%s<iati-activity>%s' % (ONE % 1, b"<a>" * 100_000)
    )
    assert found == ["1"]
    assert [one.rule for one in findings] == ["iati-broken"]


def test_activities_before_a_break_are_read_and_the_break_is_reported(read: Read) -> None:
    found, findings = read(whole(ONE % 1, ONE % 2)[:-30] + b"<")
    assert found == ["1"]
    assert [(one.rule, one.place.line if one.place else 0) for one in findings] == [("iati-broken", 1)]


@pytest.mark.parametrize("content", [b"", b"not xml", b"\x00\x01", b"{}"])
def test_what_is_not_xml_is_a_stop(read: Read, content: bytes) -> None:
    with pytest.raises(SourceError, match="not XML of the IATI Standard"):
        read(content)


def test_a_place_has_line_and_path(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(
        b'<iati-activities version="2.03">\n<iati-activity/>\n<iati-activity>\n'
        b'<budget/>\n<budget>\n<value currency="USD">1</value></budget></iati-activity></iati-activities>'
    )
    places = [
        (one.place(), one.place(one.element.find("budget[2]/value"), "currency"))
        for one in stream.activities(path, "a.xml", Reporter(rules, []))
        if one.number == 2
    ]
    assert [tuple(map(str, pair)) for pair in places] == [
        (
            "a.xml:3 (/iati-activities/iati-activity[2])",
            "a.xml:6 (/iati-activities/iati-activity[2]/budget[2]/value/@currency)",
        )
    ]
