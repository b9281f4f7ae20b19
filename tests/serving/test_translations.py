"""The words of the server, and the meanings of parameters and columns, in each language."""

from __future__ import annotations

import pytest

from iomgraph.queries import library
from iomgraph.serving import translations
from iomgraph.settings import LANGUAGES, resources


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_parameter_and_column_of_a_query_has_a_meaning_in_each_language(lang: str) -> None:
    queries = library.read_all(resources() / "queries").values()
    used = {one.meaning for query in queries for one in query.parameters}
    used |= {one.meaning for query in queries for one in query.columns}
    meanings = translations.of_queries()[lang]
    assert len(used) > 150
    assert set(meanings) == used
    assert all(meanings.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_server_is_in_each_language(lang: str) -> None:
    assert all(translations.read()[lang].values())
