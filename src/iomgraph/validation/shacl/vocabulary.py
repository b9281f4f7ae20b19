"""The names in SHACL's namespace, for recognising misspelt or unevaluated ones."""

from __future__ import annotations

from difflib import get_close_matches

from rdflib import SH

from iomgraph.validation.shacl import registry

DASH = "http://datashapes.org/dash#"

# Terms that describe or locate shapes, form reports, or are classes of nodes read by their properties.
_SILENT_NAMES = """
    name description order group defaultValue unit intent agentInstruction codeIdentifier formalized
    optional labelTemplate keyParameter returnType PropertyGroup PrefixDeclaration Parameter
    Parameterizable Shape NodeShape PropertyShape ShapeClass NodeKind Severity Validator
    ConstraintComponent Function SPARQLConstraint SPARQLAskValidator SPARQLSelectValidator
    SPARQLExecutable SPARQLAskExecutable SPARQLSelectExecutable SPARQLConstructExecutable Target Rule
    NodeExpression Violation Warning Info Debug Trace Graph DataGraph ShapesGraph RulesGraph shapesGraph
    suggestedShapesGraph conformsToShapesGraph ValidationReport ValidationResult AbstractResult conforms
    conformanceDisallows result shapesGraphWellFormed usedShapesGraph usedDataGraph usedConfiguration
    ProcessorConfiguration detail focusNode resultMessage resultPath resultSeverity sourceConstraint
    sourceShape sourceConstraintComponent value
"""
# Terms of SHACL Advanced Features, SHACL-JS, and the drafts of SHACL 1.2.
_OTHER_NAMES = """
    target rule condition entailment SPARQLTarget TargetType SPARQLTargetType SPARQLFunction parameter
    TripleRule SPARQLRule SPARQLRuleTemplate RuleSet includesRuleSet hasRule ruleProcessor sourceRule
    tempTriple expectedPredicate layer runOnce RulesEntailment Rules subject predicate object construct
    update describe SPARQLConstructExecutable SPARQLDescribeExecutable SPARQLUpdateExecutable expression
    this filterShape nodes intersection union minus values nodeByExpression bodyExpression sparqlExpr
    SelectExpression SPARQLExprExpression NodeExpressionFunction NamedParameterExpressionFunction
    ListParameterExpressionFunction NamedParameterExpression ListParameterExpression resultAnnotation
    ResultAnnotation annotationProperty annotationValue annotationVarName incomplete incompleteURIStart
    js JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator
    jsFunctionName jsLibrary jsLibraryURL if then else exists distinct count sum min max groupConcat
    separator orderBy desc limit offset
"""
_COMPONENT = "ConstraintComponent"

_DASH_NAMES = """
    closedByTypes coExistsWith fileExtension hasValueIn hasValueWithClass hasClass isIn nonRecursive
    reifiableBy rootClass singleLine stem subSetOf symmetric uniqueMembers uniqueValueForClass
    uniqueValueForClasses uriStart validateSHACL dateOrDateTime stringOrLangString neverMaterialize
    AllObjects AllSubjects HasValueTarget
"""


_SILENT = frozenset(_SILENT_NAMES.split())
_OTHERS = frozenset(_OTHER_NAMES.split())
_DASH_CONSTRAINTS = frozenset(_DASH_NAMES.split())


def evaluated(name: str) -> bool:
    """Tell whether a term, by its local name, is evaluated, or does not need evaluation.

    Example:
        >>> evaluated("description"), evaluated("mincount"), evaluated("jsLibrary")
        (True, False, False)
    """
    return registry.is_evaluated(name) or name in _SILENT or name.partition("-")[0].endswith(_COMPONENT)


def known(name: str) -> bool:
    """Tell whether SHACL or one of its extensions has such a term, evaluated here or not."""
    return evaluated(name) or name in _OTHERS


def nearest(name: str) -> str:
    """The IRI of the known term most similar in spelling; empty if none is similar.

    Example:
        >>> nearest("mincount")
        'http://www.w3.org/ns/shacl#minCount'
    """
    names = {term.term for term in registry.evaluated()} | _SILENT | _OTHERS
    folded = {one.lower(): one for one in sorted(names)}
    found = get_close_matches(name.lower(), folded, n=1, cutoff=0.75)
    return f"{SH}{folded[found[0]]}" if found else ""


def constrains(iri: str) -> bool:
    """Tell whether a term of DASH constrains data or finds focus nodes."""
    return iri.removeprefix(DASH) in _DASH_CONSTRAINTS
