"""The properties of a project, by kind and in their order."""

from __future__ import annotations

TEXTS = ("title", "description")
"""Texts with a language; a source claims each as `term@lang`."""

PLAIN = (
    "identifier",
    "primaId",
    "iatiIdentifier",
    "status",
    "theme",
    "coverage",
    "activityScope",
    "region",
    "benefitingState",
    "otherBenefitingState",
    "startYear",
    "startDate",
    "plannedStartDate",
    "endYear",
    "endDate",
    "plannedEndDate",
    "fundingYear",
    "reportingOrg",
    "sector",
    "statedGoal",
    "statedTarget",
    "hierarchy",
    "fundedBy",
)
"""Plain values: codes, names of things, years, days."""

NESTED = ("budget", "allocation", "participation", "transaction", "policyMarker", "location")
"""Parts: things with an IRI of their own."""

RELATIONS = {
    "hasPart": ("hasPart", "partActivity"),
    "isPartOf": ("partOf", "wholeActivity"),
    "relation": ("relation", "relatedActivity"),
}
"""Claims that name other activities: the term for projects of the dataset, and the term for all others."""

DECIDED = (*PLAIN, *NESTED, *RELATIONS)
"""The properties, besides texts, on which sources are reconciled."""

LINKED = frozenset(
    {
        "status",
        "theme",
        "coverage",
        "activityScope",
        "region",
        "benefitingState",
        "otherBenefitingState",
        "reportingOrg",
        "sector",
        "statedGoal",
        "statedTarget",
        "fundedBy",
    }
)
"""Properties whose values are names of things (CURIEs)."""

SUPPORTING = frozenset({"label", "sourceLink"})
"""Claims that do not need a decision: names of other things, and addresses."""

RENAMED = {"reportingOrg": "reportedBy"}
"""A claim's term to the term of the record, where they differ."""

DATED = {"startYear": "startDate", "endYear": "endDate"}
"""Term of a year to the term of its date."""

YEARS = {date: year for year, date in DATED.items()}
"""Term of a date to the term of its year."""
