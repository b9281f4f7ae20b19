"""The story of a build on a cluster: read, group, reconcile, judge, publish. Start reading here.

The driver holds the reference data, which is as large as its tables, and the common notes on all projects;
data that grows with the number of projects stays in Spark or goes through files.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

from iomgraph import checks
from iomgraph import portfolio as portfolios
from iomgraph.build import Build
from iomgraph.cluster import session, writing
from iomgraph.cluster.gathering import Gathered, gather
from iomgraph.cluster.job import Job
from iomgraph.cluster.judging import Judged, judge
from iomgraph.cluster.kit import packed
from iomgraph.cluster.session import ClusterSettings
from iomgraph.findings import Findings, Severity
from iomgraph.mapping import context
from iomgraph.processes import Say, silent
from iomgraph.release import exchange
from iomgraph.settings import Settings
from iomgraph.validation import locality, shapes


def build(settings: Settings, cluster: ClusterSettings, say: Say = silent) -> Build:
    """Build a release on a cluster: the same statements as on one machine, in parts.

    Args:
        settings: folders, base IRI; there is no site.
        cluster: settings of the cluster.
        say: takes each step as it begins.

    Raises:
        IomgraphError: if the build can't go on; the previous release is untouched.
    """
    exchange.check(settings.out, settings.keep)
    portfolio = portfolios.read(settings.data)
    portfolio = replace(portfolio, base_iri=settings.base_iri or portfolio.base_iri)
    rulebook = shapes.load(settings.shapes)
    known = context.read(settings.ontology, portfolio.base_iri)
    local, across = locality.split(checks.extents(rulebook, known))
    names = ", ".join(known.compact(one.shape) for one in across)
    say(f"{len(local)} rules are judged project by project, {len(across)} across projects: {names}")
    kit = packed(settings, portfolio)
    with session.opened(cluster) as spark:
        parts = cluster.partitions or 2 * spark.sparkContext.defaultParallelism
        spark.conf.set("spark.sql.shuffle.partitions", parts)
        kit = replace(kit, contents=spark.sparkContext.broadcast(kit.contents.value))
        job = Job(spark, settings, kit, parts, frozenset(one.shape for one in local), tuple(across))
        say("gather")
        gathered = gather(job)
        say("check")
        judged = judge(job, gathered)
        findings = _counted(gathered, judged)
        if findings.severities[Severity.MUST]:
            _keep(findings, gathered, judged.findings)
            return Build(False, gathered.counts, findings)
        say("publish")
        written = writing.publish(job, gathered, judged, findings)
        return Build(True, {**gathered.counts, **written}, findings)


def _counted(gathered: Gathered, judged: Judged) -> Findings:
    """Count findings by rule on the workers, without fetching them."""
    told = gathered.findings.map(lambda told: ((told[1].rule, int(told[1].severity)), 1))
    found = Findings()
    for counts in (told.reduceByKey(operator.add, gathered.parts).collectAsMap(), judged.counts):
        for (rule, severity), number in counts.items():
            found.rules[rule] += number
            found.severities[Severity(severity)] += number
    return found


def _keep(findings: Findings, gathered: Gathered, judged: Any) -> None:
    """Fetch the findings that prevent publication, to show them."""
    rules, severities = findings.rules.copy(), findings.severities.copy()
    grave = gathered.findings.map(lambda told: told[1]).union(judged)
    for one in grave.filter(lambda one: one.severity is Severity.MUST).toLocalIterator():
        findings.append(one)
    findings.rules, findings.severities = rules, severities
