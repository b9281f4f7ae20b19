"""The properties of a project: which there are, of what kind each is, and in which order they stand."""

from __future__ import annotations

TEXTS = ("title", "description")
"""Texts in languages; a source claims each by `term@lang`."""

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
"""Values that stand by themselves: codes, names of things, years, days."""

NESTED = ("budget", "allocation", "participation", "transaction", "policyMarker", "location")
"""Parts, each a thing with an IRI of its own."""

RELATIONS = {
    "hasPart": ("hasPart", "partActivity"),
    "isPartOf": ("partOf", "wholeActivity"),
    "relation": ("relation", "relatedActivity"),
}
"""Claims that name other activities: the term for projects of the dataset, and that for all others."""

DECIDED = (*PLAIN, *NESTED, *RELATIONS)
"""Properties that sources are reconciled on, beside texts."""

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
"""Claims that no rule decides: names for other things, addresses."""

RENAMED = {"reportingOrg": "reportedBy"}
"""A claim's term to the term of the record, where they differ."""

DATED = {"startYear": "startDate", "endYear": "endDate"}
"""A year to the date that it is the year of."""

YEARS = {date: year for year, date in DATED.items()}
"""A date to its year."""
