"""Keys of the cache: another input is another key."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.cache import digest, of_folder, of_program


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_other_parts_are_another_digest(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_folder_is_another_one_by_names_places_and_bytes(tmp_path: Path) -> None:
    found = [of_folder(tmp_path)]
    (tmp_path / "a.txt").write_text("one")
    found.append(of_folder(tmp_path))
    (tmp_path / "a.txt").write_text("two")
    found.append(of_folder(tmp_path))
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    found.append(of_folder(tmp_path))
    (tmp_path / "inner").mkdir()
    (tmp_path / "b.txt").rename(tmp_path / "inner/b.txt")
    found.append(of_folder(tmp_path))
    assert len(set(found)) == len(found)
    assert of_folder(tmp_path, "*.py") == digest()


def test_the_program_is_known_by_its_source() -> None:
    assert of_program() == of_program()
    assert len(of_program()) == 16
