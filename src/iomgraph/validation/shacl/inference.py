"""The running of rules over a data graph until they infer nothing new (SHACL Advanced Features, section 8).

If rules have a time limit, they all run in one copy of this process, which reports the current rule. If one
takes too long, the copy is killed, and another starts without that rule.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from multiprocessing.connection import Connection
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple
from rdflib import SH

from iomgraph.errors import IomgraphError, OntologyError
from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.coverage import Reason, Unevaluated
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.expressions import Evaluator
from iomgraph.validation.shacl.model import Rule, Shape
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.targets import focus_nodes
from iomgraph.validation.shacl.verdicts import Verdicts

MOST = 10_000_000
"""Most triples that rules may infer in one step."""

ROUNDS = 100
"""Most rounds of rules while they infer something new."""

_Pair: TypeAlias = tuple[Shape, Rule]


@dataclass(frozen=True, slots=True)
class Inference:
    """The data graph with the triples inferred by rules.

    Args:
        data: the graph.
        stopped: rules that failed or took too long, and then stopped inferring, with the outcome of each.
    """

    data: DataGraph
    stopped: Sequence[tuple[Shape, Unevaluated]] = ()

    def whole(self) -> DataGraph:
        """Return the graph if no rule was stopped.

        Raises:
            OntologyError: if one was.
        """
        for shape, note in self.stopped:
            raise OntologyError(
                f"a rule {note.detail}",
                where=shape.node,
                step="write the rule so that it terminates, or give it a condition",
            )
        return self.data


@dataclass(frozen=True, slots=True)
class _End:
    """The outcome of a run of rules.

    Args:
        triples: the inferred triples.
        failures: number of a rule to the reason why it was stopped.
    """

    triples: Sequence[Triple]
    failures: dict[int, str]


def inferred(
    data: DataGraph,
    shapes: Sequence[Shape],
    scope: Callable[[DataGraph], Scope],
    timeout: float | None = None,
) -> Inference:
    """Run the rules of shapes, until they infer nothing new.

    Rules run by the order of their shape, then by their own. Rules of the same order only see each other's
    inferences in the next round. A rule that makes new nodes runs in the first round only.

    Args:
        data: the data graph, which is not changed.
        shapes: all shapes, with their rules.
        scope: makes the scope of a query over some data.
        timeout: seconds for each rule in all rounds together.

    Returns:
        the data graph itself if there are no rules, else a copy with the inferred triples.
    """
    rules = sorted(
        ((shape, rule) for shape in shapes if not shape.deactivated for rule in shape.rules), key=_order
    )
    if not rules:
        return Inference(data)
    store, late = _copied(data), dict[int, Unevaluated]()
    while True:
        run = partial(_run, rules, late, DataGraph(store, [DefaultGraph()], data.shapes), scope)
        if timeout is None:
            *_, end = run()
        else:
            end = _watched(run, timeout)
        if isinstance(end, _End):
            break
        if isinstance(end, int):
            late[end] = _note(rules[end], Reason.NOT_DECIDED, f"{timeout:g}")
    store.bulk_extend(
        Quad(triple.subject, triple.predicate, triple.object) for triple in _renamed(end, store)
    )
    late.update({at: _note(rules[at], Reason.FAILED, why) for at, why in end.failures.items()})
    stopped = [(rules[at][0], note) for at, note in sorted(late.items())]
    return Inference(DataGraph(store, [DefaultGraph()], data.shapes), stopped)


def _note(pair: _Pair, reason: Reason, detail: str) -> Unevaluated:
    return Unevaluated(reason, pair[1].node, str(SH.rule), detail=detail)


def _order(pair: _Pair) -> tuple[object, ...]:
    return pair[0].order, pair[1].order


def _run(
    rules: Sequence[_Pair], left_out: Collection[int], data: DataGraph, scope: Callable[[DataGraph], Scope]
) -> Iterator[int | _End]:
    """Run rules, and yield the number of each as it begins, and finally the outcome."""
    store, end = data.store, _End([], {})
    numbered = [(at, *pair) for at, pair in enumerate(rules) if at not in left_out]
    triples = list[Triple]()
    for turn in range(ROUNDS):
        active = set[int]()
        for _, group in groupby(numbered, key=lambda one: _order(one[1:])):
            now = DataGraph(store, data.names, data.shapes)
            verdicts, new = Verdicts(now, partial(scope, now)), list[Triple]()
            for at, shape, rule in group:
                if at in end.failures or (turn and rule.once):
                    continue
                yield at
                try:
                    made = verdicts.decided(partial(_applied, rule, shape, verdicts))
                except (RuntimeError, IomgraphError) as error:
                    end.failures[at] = error.what if isinstance(error, IomgraphError) else str(error)
                    continue
                fresh = [triple for triple in dict.fromkeys(made) if _quad(triple) not in store]
                active.update([at] if fresh else [])
                new += fresh
            store.bulk_extend(map(_quad, new))
            triples += new
        if not active:
            break
    else:
        end.failures.update(dict.fromkeys(active, f"still infers new triples after {ROUNDS} rounds"))
    yield _End(triples, end.failures)


def _applied(rule: Rule, shape: Shape, run: Verdicts) -> list[Triple]:
    evaluator = Evaluator(run.data, run.scope())
    focus = evaluator.scope.fresh("f")
    text = focus_nodes(evaluator.scope, shape.targets, focus)
    if rule.conditions:
        text += f" FILTER({' && '.join(conforms(evaluator.scope, one, focus) for one in rule.conditions)})"
    found = run.data.select(f"SELECT {focus} {{ {text} }}", evaluator.scope)
    nodes = [solution[0] for solution in found]
    triples = list(islice(rule.infer(evaluator, nodes), MOST + 1)) if nodes else []
    if len(triples) > MOST:
        raise OntologyError(f"infers more than {MOST:,} triples at once")
    return triples


def _watched(run: Callable[[], Iterator[int | _End]], seconds: float) -> int | _End:
    """Run rules in a copy of this process, with a time limit for each.

    Returns:
        the outcome, or the number of the rule at which the copy was killed or died.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, run), daemon=True)
    process.start()
    sender.close()
    at, since, spent = -1, time.monotonic(), dict[int, float]()
    try:
        while receiver.poll(max(0.0, since + seconds - spent.get(at, 0.0) - time.monotonic())):
            event: int | _End | Exception = receiver.recv()
            if isinstance(event, Exception):
                raise event
            if isinstance(event, _End):
                return event
            now = time.monotonic()
            spent[at] = spent.get(at, 0.0) + now - since
            at, since = event, now
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()
        receiver.close()
    if at < 0:
        raise OntologyError("the rules could not be run", step="raise the time or memory limit")
    return at


def _work(sender: Connection, run: Callable[[], Iterator[int | _End]]) -> None:
    try:
        for event in run():
            sender.send(event)
    except Exception as error:  # it is raised again when the events are read
        sender.send(error)


def _renamed(end: _End, store: Store) -> Iterator[Triple]:
    """Yield the triples with new nodes renamed, because a fork would draw the same names as this process."""
    names: dict[BlankNode, BlankNode] = {}

    def here(node: NamedNode | BlankNode) -> NamedNode | BlankNode:
        if isinstance(node, NamedNode) or any(True for _ in _about(node, store)):
            return node
        return names.setdefault(node, BlankNode())

    for triple in end.triples:
        value = triple.object
        value = here(value) if isinstance(value, NamedNode | BlankNode) else value
        yield Triple(here(triple.subject), triple.predicate, value)  # type: ignore[arg-type]


def _about(node: BlankNode, store: Store) -> Iterator[Quad]:
    yield from store.quads_for_pattern(node, None, None)
    yield from store.quads_for_pattern(None, None, node)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def _copied(data: DataGraph) -> Store:
    store = Store()
    for name in data.names:
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in data.store.quads_for_pattern(None, None, None, name)
        )
    return store
