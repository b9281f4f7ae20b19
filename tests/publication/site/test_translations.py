"""The words of the site: the portfolio's own before those of the package."""

from __future__ import annotations

from pathlib import Path

from iomgraph.publication.site import translations
from iomgraph.settings import Settings
from iomgraph.sources import tables


def test_a_table_that_lacks_words_has_those_of_the_package_beside_its_own(
    tmp_path: Path, settings: Settings
) -> None:
    usual = translations.read(settings.data, settings.ontology)
    (tmp_path / "vocabulary").mkdir()
    row = {"key": "projects", "en": "Our projects", "fr": "Nos projets", "es": "Nuestros proyectos"}
    tables.write(tmp_path / "vocabulary/site.csv", translations.COLUMNS, [row])
    own = translations.read(tmp_path, settings.ontology)
    assert {lang: words.words["projects"] for lang, words in own.items()} == {
        lang: row[lang] for lang in ("en", "fr", "es")
    }
    for lang, words in own.items():
        assert words.words.keys() == usual[lang].words.keys()
        assert words.labels == usual[lang].labels
