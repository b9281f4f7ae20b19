"""The twelve traps that real pages hold, each on the real pages and on small made ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from iomgraph import iris
from iomgraph.claims import languages
from iomgraph.claims import states as states_module
from iomgraph.claims.claim import Page
from iomgraph.claims.states import Split
from iomgraph.findings import Finding
from iomgraph.records import titles
from iomgraph.records.project import Project
from iomgraph.settings import Settings
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.tables import Row, Tables
from iomgraph.sources.vocabulary import Vocabulary

Projects = tuple[dict[str, Project], list[Finding]]
Pages = tuple[list[Page], list[Finding]]
Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]
Reconciled = Callable[..., Projects]
Claimed = Callable[..., Pages]

EN = "https://iom.int/project/roads"
FR = "https://iom.int/fr/node/1"
ES = "https://iom.int/es/node/1"
FORMER = "https://developmentfund.iom.int/project/roads"


def _row(url: str, **cells: str) -> dict[str, str]:
    lang = {EN: "en", FR: "fr", ES: "es", FORMER: "en"}[url]
    return {"url": url, "lang": lang, "captured": "2026-01-01", "project_id": "LM.0001", **cells}


def _about(findings: list[Finding], key: str, rule: str) -> list[Finding]:
    return [found for found in findings if found.about == f"projects:{key}" and found.rule == rule]


def _discrepancy(project: Project, name: str) -> dict[str, Any]:
    (found,) = [one for one in project.discrepancies if one["id"].endswith(f"-{name}")]
    return found


# 1. False end years


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("LM.0024", 2008, 2009),
        ("TC.0789", 2014, 2016),
        ("TB2-805", 2002, 2003),
        ("T97-805", 2001, 2002),
        ("CE.0301", 2015, 2017),
    ],
)
def test_trap_01_a_false_end_year_of_2024_gives_way_to_the_page_that_knows(
    portfolio_projects: Projects, key: str, start: int, end: int
) -> None:
    projects, findings = portfolio_projects
    record = projects[key].record
    assert (record["startYear"], record["endYear"]) == (start, end)
    assert (record["startDate"], record["endDate"]) == (str(start), str(end))
    found = _discrepancy(projects[key], "endYear")
    assert found["decidedBy"] == "rules:default-end-year"
    assert {(rival["claimedValue"][0], rival["accepted"]) for rival in found["rival"]} == {
        (str(end), True),
        ("2024", False),
    }
    (rejected,) = _about(findings, key, "rejected")
    assert rejected.place
    assert rejected.place.column == "end_year"
    assert rejected.source
    assert rejected.source.line


def test_trap_01_the_french_claim_of_lm_0024_is_kept_where_a_plain_query_never_meets_it(
    portfolio_projects: Projects,
) -> None:
    project = portfolio_projects[0]["LM.0024"]
    said = {key: record.get("endYear") for key, record in project.claims}
    assert said == {
        "iom.int-fr-node-176566.2026-11-23": 2024,
        "iom.int-project-capacity-building-georgian-government-structures-establish-labour-migration-policy"
        ".2026-11-23": 2009,
    }
    (fact,) = [fact for fact in project.facts if fact["property"] == "endYear"]
    assert fact["wasDerivedFrom"] == [f"captures:{key}" for key, year in said.items() if year == 2009]


def test_trap_01_lm_0024_harvested_alone_has_no_end_year_and_a_finding_that_says_why(
    shared: Path, harvested: Harvested, reconciled: Reconciled
) -> None:
    rows, done = harvested([shared / "seeds"])
    assert [(found.rule, found.severity.word) for found in done.findings] == [
        ("no-url", "may"),
        ("no-day", "may"),
    ]
    (row,) = rows
    assert (row["end_year"], row["start_year"], row["funding_year"], row["lang"]) == ("2024", "", "", "fr")
    projects, findings = reconciled(row)
    record = projects["LM.0024"].record
    assert record["budget"]["value"] == "64240"
    assert record["benefitingState"] == ["states:GEO"]
    assert not {"endYear", "endDate", "startYear", "startDate"} & record.keys()
    (found,) = findings
    assert (found.rule, found.value, found.about) == ("set-aside", "2024", "projects:LM.0024")
    assert "Default end year" in found.text()
    assert "nothing is published" in found.text()
    assert str(found.place) == "pages.csv:2 (row 1, column end_year)"
    assert str(found.source) == "000_f9cc85ba80d349a6.txt:33"


def test_trap_01_no_year_of_2024_is_published_from_a_page_that_the_defect_is_known_of(
    portfolio_projects: Projects,
) -> None:
    projects, findings = portfolio_projects
    set_aside = {found.about for found in findings if found.rule == "set-aside"}
    rejected = {found.about for found in findings if found.rule == "rejected"}
    assert (len(set_aside), len(rejected)) == (35, 19)
    for project in projects.values():
        if project.record["id"] in set_aside | rejected:
            assert project.record.get("endYear") != 2024


def test_trap_01_a_french_page_that_knows_its_start_may_end_in_2024(reconciled: Reconciled) -> None:
    projects, findings = reconciled(_row(FR, start_year="2022", end_year="2024", funding_year="2021"))
    assert projects["LM.0001"].record["endYear"] == 2024
    assert findings == []


# 2. Lists of states


@pytest.mark.parametrize(
    ("text", "lang", "codes"),
    [
        ("Armenia Georgia", "en", "ARM GEO"),
        ("Burundi République démocratique du Congo Kenya", "fr", "BDI COD KEN"),
        ("ChileUruguay", "en", "CHL URY"),
        ("ChiliUruguay", "fr", "CHL URY"),
        ("Venezuela (République bolivarienne du))", "fr", "VEN"),
        ("República Dominicana (la) Haití", "es", "DOM HTI"),
        ("Federated States of Micronesia", "fr", "FSM"),
        ("Guinea Guinea-Bissau Equatorial Guinea", "en", "GIN GNB GNQ"),
        ("NigerNigeria", "en", "NER NGA"),
        ("Congo Democratic Republic of the Congo", "en", "COG COD"),
        ("South Sudan Sudan", "en", "SSD SDN"),
        ("Dominica Dominican Republic", "en", "DMA DOM"),
        ("Papua New Guinea Guinea", "en", "PNG GIN"),
        ("Côte d'Ivoire Côte d’Ivoire", "fr", "CIV"),
    ],
)
def test_trap_02_a_list_without_separators_falls_into_its_states(
    settings: Settings, text: str, lang: str, codes: str
) -> None:
    split = states_module.read(Tables(settings.data)).split(text, lang)
    assert (" ".join(split.states), split.rest) == (codes, ())


def test_trap_02_a_state_printed_twice_is_reported_on_both_pages_and_published_once(
    portfolio_projects: Projects,
) -> None:
    projects, findings = portfolio_projects
    twice = [found for found in findings if found.rule == "state-twice"]
    assert sorted((found.value, str(found.source)) for found in twice) == [
        ("COD", "0026.txt:55"),
        ("COD", "0027.txt:54"),
    ]
    assert projects["CE.0341"].record["benefitingState"].count("states:COD") == 1
    assert "states:COG" not in projects["CE.0341"].record["benefitingState"]


def test_trap_02_chile_and_uruguay_run_together_are_other_beneficiaries_of_open_south_america(
    portfolio_projects: Projects,
) -> None:
    record = portfolio_projects[0]["IB.0214"].record
    assert record["otherBenefitingState"] == ["states:CHL", "states:URY"]
    assert len(record["benefitingState"]) == 10
    assert "states:VEN" in record["benefitingState"]


def test_trap_02_what_names_no_state_is_reported_and_the_rest_is_read(settings: Settings) -> None:
    split = states_module.read(Tables(settings.data)).split("Armenia Atlantis Georgia", "en")
    assert split == Split(("ARM", "GEO"), (), ("Atlantis",))


# 3. Words in three languages


@pytest.mark.parametrize(
    ("scheme", "id_", "printed"),
    [
        ("status", "completed", ["Completed", "Achevé", "Finalizado"]),
        ("status", "active", ["Active", "Actif", "Activo"]),
        ("theme", "labour-migration", ["Labour Migration", "Migration de main-d’œuvre", "Migración laboral"]),
        ("region", "africa", ["Africa", "Afrique", "África"]),
        ("region", "asia-and-oceania", ["Asia and Oceania", "Asia", "Asie et Océanie", "Asia y Oceanía"]),
        ("coverage", "regional", ["Regional"]),
    ],
)
def test_trap_03_translated_words_mean_one_thing(
    words: Vocabulary, scheme: str, id_: str, printed: list[str]
) -> None:
    assert {words.concept(scheme, word) for word in printed} == {id_}


def test_trap_03_a_french_page_prints_the_english_word_for_its_coverage(portfolio_rows: list[Row]) -> None:
    french = {row["coverage"] for row in portfolio_rows if row["lang"] == "fr"}
    assert french <= {"National", "Regional", "Multi-Regional", "Global"}
    assert "Regional" in french


# 4. PRIMA IDs


def test_trap_04_no_state_is_derived_from_the_letters_of_a_prima_id(portfolio_projects: Projects) -> None:
    projects, _ = portfolio_projects
    # The office in Guyana manages a project in Grenada.
    assert projects["CD.0014"].record["primaId"] == "GY10P0007"
    assert projects["CD.0014"].record["benefitingState"] == ["states:GRD"]


def test_trap_04_a_page_without_states_gets_none_from_its_prima_id(reconciled: Reconciled) -> None:
    projects, _ = reconciled(_row(EN, prima_id="GY10P0007"))
    assert "benefitingState" not in projects["LM.0001"].record


# 5. Project IDs


def test_trap_05_old_and_new_project_ids_are_keys_as_printed(portfolio_projects: Projects) -> None:
    projects, _ = portfolio_projects
    for key in ("LM.0024", "T97-805", "QD6-805", "S61-805", "FM.0283"):
        assert projects[key].record["identifier"] == key
        assert projects[key].record["inferredIatiIdentifier"] == f"XM-DAC-47066-{key}"


@pytest.mark.parametrize("printed", ["LM.0024", "T97-805", "QD6-805", "IMP-800", "CE.1234"])
def test_trap_05_every_kind_of_project_id_is_read(claimed: Claimed, printed: str) -> None:
    pages, findings = claimed(_row(EN) | {"project_id": printed})
    assert (pages[0].says("identifier"), findings) == (printed, [])


def test_trap_05_the_theme_is_the_printed_one_whatever_the_prefix(portfolio_projects: Projects) -> None:
    # CD.0003 carries the name that CE projects have.
    assert portfolio_projects[0]["CD.0003"].record["theme"] == "themes:community-and-economic-development"


# 6. One ID, two grants


def test_trap_06_v43_805_is_two_projects_and_a_finding(portfolio_projects: Projects) -> None:
    projects, findings = portfolio_projects
    english = "technical-assistance-government-zambia-border-management-preliminary-actions"
    assert "V43-805" not in projects
    first, second = projects[english].record, projects["es-node-175791"].record
    assert (first["budget"]["value"], first["startYear"], first["fundingYear"]) == ("50000", 2005, 2002)
    assert (second["budget"]["value"], second["startYear"], second["fundingYear"]) == ("37205", 2002, 2005)
    assert "inferredIatiIdentifier" not in first
    assert "inferredIatiIdentifier" not in second
    assert first["identifier"] == second["identifier"] == "V43-805"
    (found,) = [found for found in findings if found.rule == "identifier-clash"]
    assert found.value == "V43-805"
    assert english in found.text()
    assert "es-node-175791" in found.text()


def test_trap_06_two_grants_keep_apart_even_where_both_sites_use_one_slug(reconciled: Reconciled) -> None:
    projects, findings = reconciled(
        _row(EN, budget="100", funding_year="2002"), _row(FORMER, budget="200", funding_year="2005")
    )
    assert sorted(one.record["budget"]["value"] for one in projects.values()) == ["100", "200"]
    assert [found.rule for found in findings] == ["identifier-clash"]


def test_trap_06_another_budget_alone_is_a_disagreement_and_no_clash(reconciled: Reconciled) -> None:
    projects, findings = reconciled(
        _row(EN, budget="100", funding_year="2002"), _row(ES, budget="200", funding_year="2002")
    )
    assert "budget" not in projects["LM.0001"].record
    assert [found.rule for found in findings] == ["undecided"]


# 7. Status lags


def test_trap_07_completed_beats_active_on_the_former_site(portfolio_projects: Projects) -> None:
    projects, findings = portfolio_projects
    lagging = ["CD.0014", "CE.0387", "PR.0237", "PX.0012", "PX.0028", "PX.0035"]
    assert (
        sorted(found.about.removeprefix("projects:") for found in findings if found.rule == "disagreement")
        == lagging
    )
    for key in lagging:
        assert projects[key].record["status"] == "statuses:completed"
        assert _discrepancy(projects[key], "status")["decidedBy"] == "rules:status-moves-forward"


# 8. The order of years


def test_trap_08_a_start_after_the_funding_year_is_usual(portfolio_projects: Projects) -> None:
    record = portfolio_projects[0]["TC.0767"].record
    assert (record["fundingYear"], record["startYear"], record["endYear"]) == (2011, 2014, 2015)


def test_trap_08_an_end_before_the_start_publishes_neither_and_says_so(reconciled: Reconciled) -> None:
    projects, findings = reconciled(_row(EN, start_year="2010", end_year="2008"))
    assert not {"startYear", "endYear"} & projects["LM.0001"].record.keys()
    told = [(found.rule, found.value, found.place and found.place.column) for found in findings]
    assert told == [("end-before-start", "2010", "start_year"), ("end-before-start", "2008", "end_year")]
    assert all("2010" in found.text() and "2008" in found.text() for found in findings)


def test_trap_08_no_real_project_ends_before_it_starts(portfolio_projects: Projects) -> None:
    records = [project.record for project in portfolio_projects[0].values()]
    spans = [(one["startYear"], one["endYear"]) for one in records if {"startYear", "endYear"} <= one.keys()]
    assert len(spans) == 150
    assert all(start <= end for start, end in spans)


# 9. Typography


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("Roads in Georgia.", "Roads in Georgia"),
        ('PROTECTION OF GUATEMALAN MIGRANTS"', "PROTECTION OF GUATEMALAN MIGRANTS"),
        ("Roads in Georgia//", "Roads in Georgia"),
        ("Roads in Georgia // ", "Roads in Georgia"),
        ("Roads in Georgia ", "Roads in Georgia"),
        ("Roads\u00a0in\u202fGeorgia", "Roads in Georgia"),
        ("au moyen d’études de cas men&", "au moyen d’études de cas men…"),
        ("renforcement des capacit&eacute", "renforcement des capacité"),
        ("renforcement des capacit&eacut", "renforcement des capacit…"),
        ("Renforcement des capacit&eacute;s", "Renforcement des capacités"),
        ("Roads in Georgia.Roads in Georgia.", "Roads in Georgia"),
        ("Colombia`s Policies", "Colombia’s Policies"),
        ("Paraguay´s Border Areas", "Paraguay’s Border Areas"),
        (
            "La résilience à MadagascarPromotion de la résilience dans",
            "La résilience à MadagascarPromotion de la résilience dans",
        ),
        (
            "Promouvoir la résilience climatique à MadagascarPromotion de la résilience climatique dans le s",
            "Promouvoir la résilience climatique à Madagascar",
        ),
        ("R&D for McDonald", "R&D for McDonald"),
        ("Bora Bora", "Bora Bora"),
        (
            "The Use of New eTravel Systems for All the States",
            "The Use of New eTravel Systems for All the States",
        ),
        ("Phase 1. Roads. Phase 2", "Phase 1. Roads. Phase 2"),
        ('The "lower Tsiribihina" of Madagascar', 'The "lower Tsiribihina" of Madagascar'),
    ],
)
def test_trap_09_titles_are_tidied_and_what_is_right_is_left_alone(raw: str, tidied: str) -> None:
    assert titles.tidy(raw).text == tidied


CUT = (186456, 187171, 187911)
"""Pages in French whose titles break off, without a mark of it."""


def test_trap_09_what_was_done_to_real_titles_is_reported(portfolio_projects: Projects) -> None:
    _, findings = portfolio_projects
    done = {
        (found.about.removeprefix("projects:"), found.rule, found.text().rpartition(": ")[2])
        for found in findings
        if found.rule in {"untidy-title", "title-cut"}
    }
    assert done == {
        ("GT10P0001", "untidy-title", "a stray quotation mark"),
        ("LM.0473", "untidy-title", "a full stop at the end"),
        ("NC.0073", "title-cut", "the title is cut off"),
        ("NC.0131", "untidy-title", "two titles run together"),
        ("PO.0060", "untidy-title", "apostrophes"),
        ("TC.0789", "untidy-title", "a full stop at the end"),
        ("TC.1057", "untidy-title", "apostrophes"),
        # "… en Namibie" in an open bracket, "… au Ghana et", "… dans le s"
        *(
            (f"captures:iom.int-fr-node-{node}.2026-11-23", "title-cut", "the title is cut off")
            for node in CUT
        ),
        ("es-node-175791", "untidy-title", "a full stop at the end"),
    }


def test_trap_09_typography_alone_is_not_a_disagreement(reconciled: Reconciled) -> None:
    projects, _ = reconciled(
        _row(EN, title="Labour Migration of Georgia’s Workers", theme="Labour Migration"),
        _row(FORMER, title="Labour\u00a0Migration of Georgia's Workers", theme="labour migration "),
    )
    project = projects["LM.0001"]
    assert project.discrepancies == []
    assert project.record["title"] == {"en": ["Labour Migration of Georgia’s Workers"]}


# 10. TCMMCB


def test_trap_10_tcmmcb_is_technical_cooperation_in_every_language(
    words: Vocabulary, portfolio_projects: Projects
) -> None:
    cut = "Cooperación técnica en gestión de la migración y creación de capac"
    assert {words.concept("theme", word) for word in ("TCMMCB", cut, f"{cut}idades")} == {
        "technical-cooperation"
    }
    assert portfolio_projects[0]["TC.0789"].record["theme"] == "themes:technical-cooperation"


# 11. Pages omit


def test_trap_11_a_project_without_project_id_is_named_by_its_prima_id(portfolio_projects: Projects) -> None:
    projects, _ = portfolio_projects
    assert {"WS10P0504", "GT10P0001"} <= projects.keys()
    assert "identifier" not in projects["GT10P0001"].record
    assert "status" not in projects["GT10P0001"].record or projects["GT10P0001"].record["status"]


@pytest.mark.parametrize(
    "left_out", ["title", "start_year", "status", "project_id", "states", "budget", "theme"]
)
def test_trap_11_whatever_a_page_omits_the_rest_is_published(reconciled: Reconciled, left_out: str) -> None:
    whole = _row(
        EN,
        title="Roads in Georgia",
        start_year="2010",
        status="Completed",
        budget="100",
        states="Georgia",
        theme="Labour Migration",
    )
    terms = {"start_year": "startYear", "project_id": "identifier", "states": "benefitingState"}
    projects, findings = reconciled(whole | {left_out: ""})
    (project,) = projects.values()
    kept = {terms.get(name, name) for name in (*whole,)} - {"url", "lang", "captured"}
    assert kept & project.record.keys() == kept - {terms.get(left_out, left_out)}
    assert findings == []


# 12. The language of a title


ENGLISH_ON_OTHER_PAGES = {
    "https://developmentfund.iom.int/es/node/129581",
    "https://developmentfund.iom.int/es/node/132886",
    "https://developmentfund.iom.int/fr/node/129626",
    "https://developmentfund.iom.int/fr/node/130041",
    "https://developmentfund.iom.int/fr/node/130196",
    "https://developmentfund.iom.int/fr/node/130291",
    "https://developmentfund.iom.int/fr/node/133081",
    "https://iom.int/fr/node/171936",
}
"""Judged by reading all 264 titles: every other one is in the language that its page claims."""


def test_trap_12_the_language_of_every_real_title_is_right(portfolio_pages: Pages) -> None:
    pages, findings = portfolio_pages
    told = {page.url: page.texts("title")[0].lang for page in pages}
    assert told == {page.url: "en" if page.url in ENGLISH_ON_OTHER_PAGES else page.lang for page in pages}
    assert len(told) == 264
    reported = [found for found in findings if found.rule == "title-language"]
    places = {found.place.row for found in reported if found.place}
    assert {page.url for page in pages if page.place.row in places} == ENGLISH_ON_OTHER_PAGES


def test_trap_12_an_english_title_on_a_french_page_is_published_in_english_only(
    portfolio_projects: Projects,
) -> None:
    record = portfolio_projects[0]["IB.0049"].record
    assert record["title"] == {"en": ["Support to Migration Management in Benin"]}


@pytest.mark.parametrize(
    ("title", "leaders"),
    [
        ("Support to Migration Management in Benin", "en"),
        ("Ouverture de l’Amérique du Sud", "fr"),
        ("Fomento de las capacidades de los Estados", "es"),
        ("Cartografía de la diáspora de Mauritania", "fr es"),
        ("Open South America", ""),
        ("", ""),
    ],
)
def test_trap_12_the_little_words_of_a_title_tell_its_language(
    settings: Settings, title: str, leaders: str
) -> None:
    assert " ".join(languages.read(Tables(settings.data)).leaders(title)) == leaders


@pytest.mark.parametrize(
    ("url", "lang", "title", "told"),
    [
        (ES, "es", "Cartografía de la diáspora", "es"),
        (FR, "fr", "Cartographie de la diaspora", "fr"),
        (FORMER, "es", "Cartografía de la diáspora", "es"),
        (FORMER, "fr", "Open South America", "en"),
        (FORMER, "fr", "Mapping of the Diaspora", "en"),
        (FR, "fr", "Mapping of the Diaspora", "en"),
        (FR, "", "Mapping of the Diaspora", "en"),
        (FR, "fr", "Open South America", "fr"),
        (EN, "", "Open South America", "en"),
        (EN, "", "Appui aux villes", "fr"),
    ],
)
def test_trap_12_a_title_is_tagged_by_its_words_first_and_its_page_next(
    claimed: Claimed, url: str, lang: str, title: str, told: str
) -> None:
    pages, findings = claimed(_row(url) | {"lang": lang, "title": title})
    assert pages[0].texts("title")[0].lang == told
    assert [found.rule for found in findings] == (["title-language"] if lang and lang != told else [])


def test_every_trap_has_its_tests() -> None:
    names = {name[: len("test_trap_01")] for name in globals() if name.startswith("test_trap_")}
    assert sorted(names) == [f"test_trap_{number:02}" for number in range(1, 13)]
    assert iris.page_slug(EN) == iris.page_slug(FORMER) == "roads"
