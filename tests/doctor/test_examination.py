"""Publishers are examined from outside: a sound one, one with each fault there is, and real servers."""

from __future__ import annotations

import csv
import io
import json
import ssl
import subprocess
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.doctor.examination import Diagnosis, Options, examine
from iomgraph.doctor.groups import GROUPS
from iomgraph.doctor.limits import Limits
from iomgraph.errors import RemoteError, SettingsError
from iomgraph.remote.visitor import Bounds, Visit, Visitor
from iomgraph.settings import resources
from iomgraph.validation.reports import formats

from ..benchmarks.static_host import hosted
from .faults import FAULTS
from .publisher import VOID, Answer, Ask, Publisher, published

QUICK = Limits(rate=10_000, seconds=10, samples=1)
NOTES = {
    "elsewhere",
    "left-out",
    "links-elsewhere",
    "links-sampled",
    "no-description",
    "no-endpoint",
    "no-links",
    "no-sample",
    "no-validators",
    "not-counted",
    "not-heavy",
    "nothing-stated",
    "other-space",
    "own-shapes",
    "plain-http",
    "unreadable",
    "used-up",
}


def rules(diagnosis: Diagnosis) -> Counter[str]:
    return Counter(one.rule for one in diagnosis.findings)


def only(group: str) -> list[str]:
    return [name for name in GROUPS if name != group]


def test_a_sound_publisher_has_no_finding_and_every_check_is_made() -> None:
    publisher = Publisher()
    with published(publisher) as base:
        found = examine(base, Options(limits=QUICK))
    assert [str(one) for one in found.findings] == []
    assert {name: tally.made for name, tally in found.groups.items()} == {
        name: len(checks) - (name == "security") for name, checks in GROUPS.items()
    }
    assert sum(map(len, GROUPS.values())) == 50
    assert {one.rule for one in found.notes} == {"not-heavy", "own-shapes", "plain-http"}
    assert found.requests == len(publisher.requests) < 90


def test_there_is_a_fault_for_every_rule_and_the_others_are_notes() -> None:
    with (resources() / "data/vocabulary/doctor.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["rule"] for row in csv.DictReader(file)}
    assert listed == FAULTS.keys() | NOTES
    assert not FAULTS.keys() & NOTES


@pytest.mark.parametrize("rule", [rule for rule in FAULTS if rule not in ("void-elsewhere", "no-hsts")])
def test_each_fault_is_found_once_and_nothing_else_is(rule: str) -> None:
    group, fault = FAULTS[rule]
    heavy = rule == "query-unbounded"
    limits = Limits(rate=10_000, seconds=0.5 if heavy else 10, samples=1)
    with published(Publisher(fault)) as base:
        iris = [f"{base}id/1"]
        found = examine(base, Options(limits=limits, iris=iris, without=only(group), heavy=heavy))
    assert rules(found) == {rule: 1}, [str(one) for one in found.findings]


def _moved(ask: Ask, answer: Answer) -> object:
    if ask.path == "/.well-known/void":
        return Answer(404)
    void = VOID.format(base=f"http://{ask.headers['host']}/").encode()
    return Answer(200, {"Content-Type": "text/turtle"}, void) if ask.path == "/void.ttl" else None


def test_a_description_that_is_not_where_the_standard_has_it_is_found_all_the_same() -> None:
    with published(Publisher(_moved)) as base:
        found = examine(base, Options(limits=QUICK, without=only("description")))
    assert rules(found) == {"void-elsewhere": 1}


def test_hsts_is_demanded_of_servers_that_speak_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost"
    )
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with published(Publisher(), context) as base:
        found = examine(base, Options(limits=QUICK, without=only("security")))
    assert rules(found) == {"no-hsts": 1}
    assert found.groups["security"].left == 0


def _contextual(ask: Ask, answer: Answer) -> None:
    if ask.path.startswith("/doc/"):
        answer.headers["Content-Type"] = "application/ld+json"
        answer.body = b'{"@context": "http://context.example/"}'


@pytest.mark.parametrize(
    ("rule", "fault", "options"),
    [
        ("left-out", lambda *_: None, Options(limits=QUICK, without=["links"])),
        ("no-endpoint", lambda ask, _: Answer(404) if ask.path == "/sparql" else None, Options(limits=QUICK)),
        ("used-up", lambda *_: None, Options(limits=Limits(rate=10_000, samples=1, requests=20))),
        (
            "unreadable",
            _contextual,
            Options(limits=QUICK),
        ),
        (
            "elsewhere",
            lambda ask, answer: (
                answer.headers.update({"Location": "http://other.example/"}) if ask.path == "/id/1" else None
            ),
            Options(limits=QUICK),
        ),
    ],
)
def test_checks_that_were_left_out_are_reported(rule: str, fault: object, options: Options) -> None:
    with published(Publisher(fault)) as base:  # type: ignore[arg-type]
        found = examine(base, options)
    assert rule in {one.rule for one in found.notes}
    assert found.report.conforms == (not found.findings and rule != "used-up")
    assert sum(tally.left for tally in found.groups.values()) > 0 or rule == "unreadable"


def test_redirects_to_other_hosts_are_followed_on_demand_only() -> None:
    other = Publisher()
    with published(other) as there:

        def away(ask: Ask, answer: Answer) -> None:
            if ask.path == "/id/1":
                answer.headers["Location"] = f"{there}doc/1.ttl"

        with published(Publisher(away)) as base:
            limits = Options(limits=QUICK, without=only("addresses"))
            assert {one.rule for one in examine(base, limits).notes} >= {"elsewhere"}
            assert other.requests == []
            found = examine(base, Options(limits=QUICK, without=only("addresses"), follow=True))
    assert rules(found) == {"not-described": 1}
    assert [ask.path for ask in other.requests] == ["/doc/1.ttl"]


def test_private_networks_are_not_visited_unless_the_address_that_was_named_is_there() -> None:
    publisher = Publisher()
    with published(publisher) as base:
        refused = Visitor(Bounds(local=False)).visit(Visit(base))
        assert (refused.status, refused.error) == (
            0,
            "127.0.0.1 is in a private network, where nothing is requested",
        )
        assert publisher.requests == []
        assert Visitor(Bounds(local=True)).visit(Visit(base)).status == 200


def test_no_request_could_change_anything() -> None:
    publisher = Publisher(FAULTS["update-open"][1])
    with published(publisher) as base:
        examine(base, Options(limits=QUICK))
    assert {ask.method for ask in publisher.requests} == {
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
        "TRACE",
        "IOMGRAPH",
    }
    posts = [ask for ask in publisher.requests if ask.method == "POST"]
    assert {ask.path for ask in posts} == {"/sparql"}
    assert all(ask.headers["user-agent"].startswith("iomgraph-doctor/") for ask in publisher.requests)
    store = ox.Store()
    store.load(b"<x:a> <x:b> <x:c> <x:g> .\n<x:a> <x:b> <x:c> .", ox.RdfFormat.N_QUADS)
    updates = [ask.body.decode() for ask in posts if "update" in ask.headers["content-type"]]
    assert len(updates) == 1
    before = set(store)
    store.update(updates[0])
    assert set(store) == before


def test_an_iri_that_is_served_in_the_place_of_another_is_looked_up_here() -> None:
    publisher = Publisher()
    with published(publisher) as base:

        def staged(_: Ask, answer: Answer) -> None:
            answer.body = answer.body.replace(base.encode(), b"https://data.example.org/people/")
            answer.body = answer.body.replace(b"</id/", b"<https://data.example.org/people/id/")

        publisher.fault = staged
        found = examine(base, Options(limits=QUICK, without=["sparql", "description"]))
    assert rules(found) == {}
    assert found.publisher.address("https://data.example.org/people/id/1") == f"{base}id/1"
    assert "other-space" in {one.rule for one in found.notes}


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "http://u:p@a.example/", "http://a b/"])
def test_what_is_not_an_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        examine(url)


def test_a_server_that_is_not_there_is_a_stop() -> None:
    with pytest.raises(RemoteError, match="nothing answers here"):
        examine("http://127.0.0.1:9/")


@pytest.mark.parametrize("name", [name for name in formats.WRITERS if name != "ttl"])
def test_every_report_has_what_was_found_and_what_was_not_checked(name: str) -> None:
    with published(Publisher(FAULTS["vary-missing"][1])) as base:
        report = examine(base, Options(limits=QUICK)).report
    out = io.StringIO()
    formats.writer(name)(report, out, "en")
    assert "vary-missing" in out.getvalue()
    if name != "junit":
        assert "not-heavy" in out.getvalue() or "--heavy" in out.getvalue()
    if name in ("json", "sarif"):
        assert "negotiation_checks" in out.getvalue()
        assert json.loads(out.getvalue())
    if name == "dqv":
        triples = {quad.triple for quad in ox.parse(out.getvalue(), ox.RdfFormat.TURTLE)}
        kinds = Counter(str(one.object) for one in triples if one.predicate.value.endswith("#type"))
        assert kinds["<http://www.w3.org/ns/dqv#QualityAnnotation>"] == len(report.findings) + len(
            report.notes
        )
        assert kinds["<http://www.w3.org/ns/dqv#QualityMeasurement>"] == 26


def test_a_static_host_of_files_is_told_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "void.ttl").write_text(VOID.format(base=""), encoding="utf-8")
    (tmp_path / "dump.nt").write_text("<x:a> <x:b> <x:c> .", encoding="utf-8")
    with hosted(tmp_path) as base:
        found = examine(base, Options(limits=QUICK))
    assert rules(found) == {
        "bad-encoding": 1,
        "iri-unreachable": 1,
        "no-catalogue": 1,
        "no-freshness": 1,
        "no-nosniff": 1,
        "server-version": 1,
        "void-elsewhere": 1,
    }
