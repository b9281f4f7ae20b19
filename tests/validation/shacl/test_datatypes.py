"""Lexical forms, as XML Schema 1.1 part 2 has them."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, QuerySolutions, Store

from iomgraph.validation.shacl.datatypes import XSD, is_in_order, is_ordered, is_well_formed

FORMS: dict[str, tuple[list[str], list[str]]] = {
    "integer": (["0", "-12", "+007", "9" * 30, "9" * 20_000], ["", "1.0", " 1", "1e3", "٣"]),
    "byte": (["-128", "127"], ["128", "-129"]),
    "unsignedLong": (["18446744073709551615", "0" * 30 + "1"], ["18446744073709551616", "9" * 20_000, "-1"]),
    "unsignedByte": (["0", "255"], ["-1", "256"]),
    "nonNegativeInteger": (["0", "-0"], ["-1"]),
    "positiveInteger": (["1"], ["0"]),
    "decimal": (["1", "-1.50", ".5", "5."], [".", "1e3", "INF"]),
    "double": (["1e5", "-.5E-3", "INF", "-INF", "NaN"], ["1e", "inf", "0x1"]),
    "boolean": (["true", "0"], ["True", "yes", ""]),
    "date": (["2024-02-29", "-0044-03-15", "2001-02-03+14:00"], ["2023-02-29", "2001-13-01", "01-01-01"]),
    "dateTime": (["2001-02-03T24:00:00", "2001-02-03T04:05:06.7Z"], ["2001-02-03T25:00:00", "2001-02-03"]),
    "dateTimeStamp": (["2001-02-03T04:05:06Z"], ["2001-02-03T04:05:06"]),
    "time": (["04:05:06", "24:00:00"], ["24:00:01", "4:05:06"]),
    "gYear": (["2010", "12010", "-0044", "2010Z"], ["10", "02010", "20100101T"]),
    "gYearMonth": (["2010-12"], ["2010-13"]),
    "gMonth": (["--12"], ["--13", "12"]),
    "gDay": (["---31"], ["---32"]),
    "gMonthDay": (["--02-29", "--12-31"], ["--02-30", "--04-31"]),
    "duration": (["P1Y2M3DT4H5M6.7S", "-P1D"], ["P", "PT", "P1DT", "1D"]),
    "yearMonthDuration": (["P1Y2M"], ["P1D", "P"]),
    "dayTimeDuration": (["P1DT2H"], ["P1Y", "P1DT"]),
    "hexBinary": (["", "0aFF"], ["0", "0g"]),
    "base64Binary": (["", "YQ==", "YWI=", "YWJj", "YW Jj"], ["YQ", "YQ=", "Y===", "YWJj "]),
    "language": (["en", "en-GB", "x-klingon"], ["", "en_GB", "languages9"]),
    "token": (["", "a b"], [" a", "a  b", "a\tb"]),
    "normalizedString": ([" a  b "], ["a\nb"]),
    "NCName": (["a.b-c", "é", "a·b", "𐀀"], ["1a", "a:b", ":a", "", "ª", "a×"]),
    "Name": (["a:b"], ["1a"]),
    "NMTOKEN": (["1a"], ["a b", ""]),
}
CASES = [(name, form, True) for name, (right, _) in FORMS.items() for form in right]
CASES += [(name, form, False) for name, (_, wrong) in FORMS.items() for form in wrong]
CAST = ["decimal", "double", "boolean", "date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay"]
CAST += ["gMonthDay", "duration", "yearMonthDuration", "dayTimeDuration"]
DIFFERENT = {
    ("double", "inf"),
    ("gMonthDay", "--02-29"),
    ("duration", "P1DT"),
    ("dayTimeDuration", "P1DT"),
}
"""Differences of Oxigraph from XML Schema, sections 3.3.5, 3.3.12 and 3.3.6."""


@pytest.mark.parametrize(("name", "form", "right"), CASES)
def test_a_form_is_judged_by_its_datatype(name: str, form: str, right: bool) -> None:
    assert is_well_formed(form, XSD + name) is right


@pytest.mark.parametrize("name", CAST)
def test_oxigraph_casts_the_same_forms(name: str) -> None:
    right, wrong = FORMS[name]
    for form in (*right, *wrong):
        solutions = Store().query(f"SELECT (<{XSD}{name}>({Literal(form)}) AS ?v) {{}}")
        assert isinstance(solutions, QuerySolutions)
        agrees = (next(iter(solutions))[0] is not None) is (form in right)
        assert agrees is ((name, form) not in DIFFERENT), form


def test_any_form_of_an_unknown_datatype_is_well_formed_and_none_is_ordered() -> None:
    assert is_well_formed("x", "http://example.org/datatype")
    assert not is_ordered("x", "http://example.org/datatype")
    assert not is_ordered("YQ==", XSD + "base64Binary")


NUMBERS = [
    ("integer", "-" + "9" * 20_000),
    ("integer", "-9223372036854775809"),
    ("decimal", "-1.50000000000000000001"),
    ("decimal", "-1.5"),
    ("decimal", "-1.25"),
    ("integer", "-1"),
    ("decimal", "-0.0000000000000000000001"),
    ("byte", "-0"),
    ("decimal", ".0000000000000000000001"),
    ("decimal", "+1.0"),
    ("decimal", "1.00000000000000000001"),
    ("unsignedLong", "18446744073709551615"),
    ("decimal", "18446744073709551615.5"),
    ("integer", "0099999999999999999999"),
    ("integer", "9" * 20_000),
]
"""From the least to the greatest."""


def test_decimals_of_any_size_are_in_order() -> None:
    literals = [(form, XSD + name) for name, form in NUMBERS]
    for at, left in enumerate(literals):
        for beside, right in enumerate(literals):
            assert is_in_order(left, "<", right) is (at < beside), (left[0][:40], right[0][:40])
            assert is_in_order(left, ">=", right) is (at >= beside)


def test_a_decimal_beside_a_double_is_compared_as_a_double() -> None:
    assert is_in_order(("9" * 30, XSD + "integer"), "<", ("1e31", XSD + "double"))
    assert is_in_order(("9" * 400, XSD + "integer"), "<=", ("INF", XSD + "double"))
    assert not is_in_order(("1", XSD + "integer"), "<=", ("NaN", XSD + "double"))


def test_false_is_less_than_true_and_no_boolean_is_a_number() -> None:
    true, false = ("1", XSD + "boolean"), ("false", XSD + "boolean")
    assert is_in_order(false, "<", true)
    assert not is_in_order(true, "<=", false)
    assert not is_in_order(false, "<", ("1", XSD + "integer"))
    assert not is_in_order(("maybe", XSD + "boolean"), "<=", true)
