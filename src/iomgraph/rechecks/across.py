"""The rules across projects, and the statements that they read: of few predicates, types of few classes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass

from iomgraph import checks
from iomgraph.cache import Memo
from iomgraph.mapping.context import Context
from iomgraph.processes import JSON
from iomgraph.terms import RDF_TYPE
from iomgraph.validation.locality import Extent, Locality
from iomgraph.validation.shapes import Shapes

ANY = "<*>"
_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


@dataclass(frozen=True, slots=True)
class Across:
    r"""Rules across projects.

    Args:
        rules: IRI of each to the predicates of statements that it reads, in angle brackets.
        predicates: those of all rules.
        classes: the classes whose members they read, in angle brackets; `<*>` where it may be any.

    Example:
        >>> rules = Across({"urn:a-rule": [_TYPE, "<urn:title>"]}, [_TYPE, "<urn:title>"], ["<urn:Project>"])
        >>> [rules.read(*parts) for parts in ((_TYPE, "<urn:Fact> .\n"), (_TYPE, "<urn:Project> .\n"))]
        [False, True]
    """

    rules: Mapping[str, Sequence[str]]
    predicates: Collection[str]
    classes: Collection[str]

    def read(self, predicate: str, rest: str) -> bool:
        """Tell whether they read a statement, of which the predicate is given and the text after it."""
        if predicate not in self.predicates:
            return False
        return predicate != _TYPE or ANY in self.classes or rest.partition(" ")[0] in self.classes


def of(extents: Sequence[Extent], context: Context) -> Across:
    """Take the rules across projects from the extents of rules.

    Args:
        extents: of all rules, or of those across projects.
        context: tells whether there can be subclasses, whose members are members, too.
    """
    far = [one for one in extents if one.locality is not Locality.LOCAL]
    rules = {one.shape: sorted(f"<{iri}>" for iri in one.predicates) for one in far}
    predicates = set[str]().union(*rules.values())
    classes = {f"<{iri}>" for one in far for iri in one.classes} | (
        {ANY} if has_subclasses(context) else set()
    )
    return Across(rules, sorted(predicates), sorted(classes))


def has_subclasses(context: Context) -> bool:
    """Tell whether a context has a term that puts classes below others.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> has_subclasses(context.read(Settings().ontology))
        False
    """
    terms = (term for term in context.document["@context"].values() if isinstance(term, dict))
    return any(context.expand(term["@id"]) == _SUBCLASS for term in terms)


def find(rulebook: Shapes, context: Context, memo: Memo) -> Across | None:
    """Find the rules across projects; None if a rule needs all data at once.

    Args:
        rulebook: the rules.
        context: as for `of`.
        memo: keeps what is found, under the shapes and the context.
    """
    value = JSON.read(memo.result("across", lambda: b"", lambda: _found(rulebook, context)))
    return Across(*value) if value else None


def _found(rulebook: Shapes, context: Context) -> bytes:
    extents = checks.extents(rulebook, context)
    is_whole = any(one.locality is Locality.WHOLE for one in extents)
    return JSON.write(None if is_whole else astuple(of(extents, context)))
