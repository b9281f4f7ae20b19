"""`iomgraph build`: makes a release from the sources."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from iomgraph.build import Build
from iomgraph.build import build as run
from iomgraph.cli.output import echo, progress, show_findings, table
from iomgraph.cli.own_files import OwnFiles
from iomgraph.cli.parameters import DATA, NAME, PATH, POSITIVE
from iomgraph.errors import SettingsError, installation
from iomgraph.findings import Severity
from iomgraph.processes import Say
from iomgraph.publication.changes import predecessor
from iomgraph.publication.tables import parquet
from iomgraph.release import manifest
from iomgraph.release.manifest import Manifest
from iomgraph.settings import Settings, resources

_ENDS = (
    "A release that is built on a cluster has no history of changes, and the one in {} has. A copy of it, "
    "named with --previous, is what a later build on one machine can go on from."
)
_CACHE = (
    "The cache could not be used in full ({}), so the next build takes longer; this one has lost nothing. If "
    "it happens again, free space on the disk, or delete {}."
)
_BEGINS = (
    "The history of changes begins with this release: the one that stood in {} does not tell what it "
    "changed, because it was built on a cluster or has no version."
)


@click.command(short_help="Build a release of a portfolio: data in all formats and a site.")
@DATA
@click.option(
    "--out",
    type=PATH,
    default=Path("dist"),
    show_default=True,
    help="Folder of the release.",
)
@click.option("--base-iri", default="", help="Start of every new IRI.  [default: the portfolio's]")
@click.option("--version", default="", help="Version, such as 2026.11.0.  [default: the day of its data]")
@click.option(
    "--previous",
    type=PATH,
    help="Folder of the previous release, to find what changed.  [default: the one in --out]",
)
@click.option("--site/--no-site", default=True, show_default=True, help="Write the site, too.")
@click.option("--sign", type=PATH, metavar="KEY", help="Sign the release with this SSH key.")
@click.option(
    "--keep",
    multiple=True,
    type=NAME,
    metavar="NAME",
    help="Keep this file or folder of yours in the release folder; repeatable.  [always kept: .git, CNAME]",
)
@click.option(
    "--cache",
    type=PATH,
    metavar="DIR",
    help="Keep results in this folder, and reuse those of earlier builds whose inputs did not change.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Build in this process and its children, or on a cluster of Apache Spark (no site, files in parts).",
)
@click.option(
    "--master", metavar="URL", help="Master of the cluster, with --engine spark.  [default: local[*]]"
)
@click.option("--packages", multiple=True, metavar="G:A:V", help="Java package that Spark loads; repeatable.")
@click.option("--conf", multiple=True, metavar="NAME=VALUE", help="Setting of Spark; repeatable.")
@click.option(
    "--partitions",
    type=POSITIVE,
    help="Number of parts on the cluster.  [default: twice its number of cores]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what went wrong.")
def build(
    data: Path,
    out: Path,
    base_iri: str,
    version: str,
    previous: Path | None,
    site: bool,
    sign: Path | None,
    keep: tuple[str, ...],
    cache: Path | None,
    engine: str,
    quiet: bool,
    **cluster: Any,
) -> None:
    """Build a release: read, reconcile, map, validate, and publish everything or nothing.

    Exits with 1 and leaves the old release in place if the data breaks a rule that must hold.
    """
    start = time.perf_counter()
    standing = _standing(out, engine)
    named = OwnFiles.typed(data)
    with progress("settings", quiet=quiet) as say, named.in_stops():
        settings = Settings(
            data=data,
            out=out,
            base_iri=base_iri,
            version=version,
            previous=previous,
            site=site and engine == "local",
            sign=sign,
            keep=keep,
            cache=cache,
        )
        result = _on_cluster(settings, cluster, say) if engine == "spark" else _here(settings, cluster, say)
    _tell_of_cache(result, cache)
    if not result.published:
        show_findings(named.findings(result.findings), quiet=quiet, least=Severity.MUST)
        echo(f"Not published: the data breaks rules that it must keep. {out} is as it was.", err=True)
        click.get_current_context().exit(1)
    _tell_of_history(standing, out)
    if not quiet:
        _tell(result, f"{time.perf_counter() - start:.1f}", out)
        _lead(result, data)
        _tell_of_parquet(engine)


def _standing(out: Path, engine: str) -> Manifest | None:
    """Read the manifest of the release that stands in a place; say if its history ends with it."""
    if not manifest.is_release(out):
        return None
    standing = manifest.load(out)
    if engine == "spark" and predecessor.has_history(standing):
        echo(_ENDS.format(out), err=True)
    return standing


def _tell_of_history(standing: Manifest | None, out: Path) -> None:
    if standing and predecessor.is_lost(standing, manifest.load(out)):
        echo(_BEGINS.format(out), err=True)


def _tell_of_cache(result: Build, cache: Path | None) -> None:
    if result.cache_trouble:
        echo(_CACHE.format(result.cache_trouble, cache), err=True)


def _tell_of_parquet(engine: str) -> None:
    if engine == "local" and not parquet.is_possible():
        echo(f"The tables have no Parquet: for that, {installation('parquet')}.", err=True)


def _tell(result: Build, seconds: str, out: Path) -> None:
    """Print the counts of a build."""
    found = {
        f"findings: {severity.word}": result.findings.severities[severity]
        for severity in sorted(Severity, reverse=True)
    }
    named = {"files written" if name == "files" else name: number for name, number in result.counts.items()}
    table({**named, **found, "seconds": seconds}, f"Release in {out}")


def _lead(result: Build, data: Path) -> None:
    """Name the command that lists the findings of the user's own portfolio."""
    if any(result.findings.severities.values()) and data != resources() / "data":
        echo(f"Next: iomgraph check --data {data} lists the findings, each with its cell.", err=True)


def _here(settings: Settings, cluster: Mapping[str, Any], say: Say) -> Build:
    """Build in this process, and refuse options for a cluster."""
    for name, value in cluster.items():
        if value:
            raise SettingsError(
                f"--{name} has no effect without a cluster",
                where=name,
                step="add --engine spark, or leave it out",
            )
    return run(settings, say)


def _on_cluster(settings: Settings, given: Mapping[str, Any], say: Say) -> Build:
    from iomgraph.cluster.build import build as run_on_cluster
    from iomgraph.cluster.session import MASTER, ClusterSettings

    if settings.cache:
        raise SettingsError(
            "a cluster uses no cache", where=settings.cache, step="leave out --cache, or --engine spark"
        )
    if odd := [pair for pair in given["conf"] if "=" not in pair]:
        raise SettingsError(
            "a setting of Spark has no value", where=odd[0], step="write it as --conf NAME=VALUE"
        )
    conf = dict(pair.split("=", 1) for pair in given["conf"])
    parts = int(given["partitions"] or 0)
    return run_on_cluster(
        settings, ClusterSettings(given["master"] or MASTER, given["packages"], parts, conf), say
    )
