"""Templates escape and call in our way, as long as Jinja lets them."""

from __future__ import annotations

import jinja2
import pytest

from iomgraph.publication import templates


def test_jinja_still_compiles_by_what_replaces_its_own() -> None:
    code = templates.of("site").compile("{{ shout(name) }}", raw=True)
    assert "escaped = environment.escaped" in code
    assert "escaped((undefined" in code
    assert code.count("yield concat(") == code.count("yield ") - code.count("yield None") == 1
    assert "context.call" not in code


def test_functions_and_macros_are_called_with_every_kind_of_argument() -> None:
    made = templates.of("site")
    assert made.from_string('{{ f("<", *["b"], sep="-", **{"end": ">"}) }}').render(f=_joined) == "&lt;-b&gt;"
    box = '{% macro box(a, b="&") %}[{{ a }}{{ b }}{{ caller() }}]{% endmacro %}'
    assert made.from_string(box + '{% call box("<") %}x{% endcall %}').render() == "[&lt;&amp;x]"


def test_texts_that_are_the_same_on_every_page_are_compiled() -> None:
    made = templates.of("site", {"w": {"home": "R&D"}, "label": {"theme": "Thème"}, "colon": ":"})
    assert "'Thème: R&amp;D'" in made.compile('{{ label("theme") }}{{ colon }} {{ w.home }}', raw=True)
    with pytest.raises(jinja2.TemplateAssertionError, match="colon has a fixed meaning"):
        made.from_string("{% for colon in some %}{% endfor %}")


def _joined(*parts: str, sep: str, end: str) -> str:
    return sep.join(parts) + end
