"""A page's own style sheets hide text from us as from readers, and only what they do hide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import html
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.style_sheets import StyleSheets

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

HIDING = [
    ".gone{display:none}",
    ".gone { DISPLAY : none !important; }",
    "p, .gone, h6 { color: red; display: none }",
    "div.gone{visibility:hidden}",
    ".gone.box{display:none}",
    "#x{display:none}",
    "DIV#x.gone{content-visibility:hidden}",
    "@charset 'utf-8'; .gone{display:none}",
    "@media screen{.gone{display:none}}",
    "@media all { @media screen { .gone{display:none} } }",
    "/* .gone{display:block} */ .gone{display:none} /* x",
    ".gone{display:block} .gone{display:none}",
    "#x{display:none} .gone.box{display:block}",
    ".gone{display:none} div{display:block}",
    ".box{display:block} .gone.box{display:none}",
    "@media print{.box{display:none}} .gone{display:none}",
]
SHOWING = [
    ".gone{display:none} .gone{display:block}",
    ".gone{display:none} .gone.box{display:flex}",
    "#x{display:block} .gone.box{display:none}",
    ".gone{display:none} .box{display:block}",
    "@media print{.gone{display:none}}",
    "@media screen and (max-width: 600px){.gone{display:none}}",
    "@supports (x: y){.gone{display:none}}",
    "/* .gone{display:none} */",
    ".js .gone{display:none}",
    ".gone:hover{display:none}",
    ".gone > p{display:none}",
    ".gone[open]{display:none}",
    "p.gone{display:none}",
    ".other.gone{display:none}",
    ".gone{color:none}",
    ".gone{display:none",
    "}}}{",
]
FALSE = "<div id=x class='box gone'><b>Budget Amount (USD)</b><p>999.00</div>"


@pytest.mark.parametrize("sheet", HIDING)
def test_what_a_style_sheet_hides_is_not_read(sheet: str) -> None:
    page = html.read(f"<style>{sheet}</style><div>seen</div>{FALSE}<div class=box>last</div>")
    assert [line.text for line in page.lines] == ["seen", "last"]
    assert [line.text for line in page.hidden] == ["Budget Amount (USD)", "999.00"]


@pytest.mark.parametrize("sheet", SHOWING)
def test_what_is_hidden_elsewhere_or_no_longer_is_read(sheet: str) -> None:
    page = html.read(f"<style>{sheet}</style>{FALSE}")
    assert [line.text for line in page.lines] == ["Budget Amount (USD)", "999.00"]


@pytest.mark.parametrize("sheet", HIDING)
def test_a_field_that_a_style_sheet_hides_is_reported(harvested: Harvested, sheet: str) -> None:
    fields = {"Start Date": "2015", "Project Status": "Completed", "Projects ID": "LM.9911"}
    seen = "".join(f"<dt>{label}<dd>{value}" for label, value in fields.items())
    (row,), done = harvested({"p.html": f"<style>{sheet}</style><h1>Roads</h1>{FALSE}<dl>{seen}</dl>"})
    assert (row["budget"], row["project_id"]) == ("", "LM.9911")
    assert "hidden-field" in {found.rule for found in done.findings}


@given(
    st.lists(
        st.sampled_from(["{", "}", "@media x", ".a", "display:none", ";", "/*", "*/", ",", "\n", '"']),
        max_size=30,
    )
)
def test_no_style_sheet_raises_or_hides_what_it_does_not_name(parts: list[str]) -> None:
    StyleSheets().add("".join(parts))
    page = html.read(f"<style>{''.join(parts)}</style><div class=b>seen")
    assert [line.text for line in page.lines] == ["seen"]
