"""Lines of N-Quads: order, repeats, graphs, blank nodes, and bytes on the disk."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import PublicationError
from iomgraph.mapping.nquads import quoted
from iomgraph.release import lines as quads
from iomgraph.release import runs


@given(st.lists(st.text("ab🙂é\u2028\x85 ", max_size=3).map(lambda text: f"{text}\n")), st.integers(1, 5))
def test_many_lines_are_sorted_through_files_as_few_are_in_memory(texts: list[str], run: int) -> None:
    assert list(quads.ordered(texts, run=run)) == sorted(set(texts))


def test_sorted_files_are_merged_block_by_block_without_repeats() -> None:
    chance = random.Random(0)
    texts = [f"{chance.randrange(30_000):040}é\n" for _ in range(60_000)]
    assert len(texts) * len(texts[0]) > 9 * runs.MOST
    assert list(quads.ordered(texts, run=20_000)) == sorted(set(texts))


@given(st.text(), st.sampled_from(["", "@en", "^^<urn:d>"]), st.sampled_from(["", "<urn:g>"]))
def test_the_graph_of_a_line_is_found_whatever_its_literal_says(text: str, suffix: str, graph: str) -> None:
    assert quads.graph_of(f"<urn:s> <urn:p> {quoted(text)}{suffix} {graph and graph + ' '}.\n") == graph


@pytest.mark.parametrize(
    "line",
    [
        "_:b <urn:p> <urn:o> .\n",
        "<urn:s> <urn:p> _:b .\n",
        "<urn:s> <urn:p> _:b <urn:g> .\n",
        '<urn:s> <urn:p> "o" _:b .\n',
        "<urn:s> <urn:p> <urn:o> _:b .\n",
    ],
)
def test_a_blank_node_is_refused_anywhere(line: str) -> None:
    with pytest.raises(PublicationError, match="a blank node would be published"):
        quads.check(line)


@pytest.mark.parametrize(
    "line", ['<urn:s> <urn:p> "a _:b"@en .\n', "<urn:_:b> <urn:p> <urn:o_:c> <urn:g> .\n"]
)
def test_what_only_looks_like_a_blank_node_passes(line: str) -> None:
    assert quads.check(line) == line


def test_the_dump_is_the_canonical_form_of_the_dataset(release: Path) -> None:
    text = gzip.decompress((release / "iomgraph.nq.gz").read_bytes())
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    # RDFC-1.0, section 4.4.3, step 7: the canonical N-Quads, sorted in code point order.
    canonical = sorted(f"{line}\n" for line in written.decode().split("\n")[:-1])
    assert len(canonical) > 70
    assert text.decode() == "".join(canonical)


def test_what_was_written_is_read_back_line_by_line(tmp_path: Path, lines: list[str]) -> None:
    for name in ("a.nq", "a.nq.gz"):
        assert quads.write(iter(lines), tmp_path / name) == len(lines)
        assert list(quads.read(tmp_path / name)) == lines


def test_the_same_lines_give_the_same_bytes_under_any_name(tmp_path: Path, lines: list[str]) -> None:
    for name in ("a.nq.gz", "b.nq.gz"):
        quads.write(lines, tmp_path / name)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.nq.gz", "b.nq.gz"))
    assert first == second
    # RFC 1952, section 2.3: no flags, so no name, and the time is zero.
    assert first[3:8] == bytes(5)
