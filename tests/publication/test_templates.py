"""Templates escape and call in our way, as long as Jinja lets them."""

from __future__ import annotations

from typing import Any

import pytest

from iomgraph.publication import templates


def test_jinja_still_compiles_and_calls_by_what_replaces_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made = templates.of("site")
    assert "environment.escaped(" in made.compile("{{ name }}", raw=True)
    called = []
    call = templates._Calls.call

    def noted(self: Any, function: Any, /, *args: Any, **named: Any) -> Any:
        called.append(function)
        return call(self, function, *args, **named)

    monkeypatch.setattr(templates._Calls, "call", noted)
    assert made.from_string("{{ shout(name) }}").render(shout=str.upper, name="<a") == "&lt;A"
    assert called == [str.upper]
