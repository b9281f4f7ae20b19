"""Blocks of lines: whole gzip files, of which a change leaves most as they were."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
from pathlib import Path

from iomgraph.cache import Memo, Store
from iomgraph.release import blocks
from iomgraph.release.blocks import Gzip

LINES = [b"%032x\n" % number for number in random.Random(1).sample(range(10**9), 60_000)]


def packed(lines: list[bytes], memo: Memo | None = None) -> bytes:
    out = io.BytesIO()
    file = Gzip(out, memo)
    for block in blocks.blocks([lines[:10], lines[10:25_000], lines[25_000:]]):
        file.write(b"".join(block))
    file.close()
    return out.getvalue()


def test_any_reader_of_gzip_reads_the_blocks_as_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(packed(LINES))
    assert gzip.decompress(path.read_bytes()) == b"".join(LINES)
    assert subprocess.run(["gzip", "--test", "--verbose", path], check=True, capture_output=True).stderr


def test_a_line_more_leaves_most_blocks_as_they_were() -> None:
    one = {b"".join(block) for block in blocks.blocks([LINES])}
    for at in (0, 1, 30_000, len(LINES)):
        other = {b"".join(block) for block in blocks.blocks([[*LINES[:at], b"new\n", *LINES[at:]]])}
        assert len(one) > 8
        assert len(other - one) <= 3


def test_how_lines_arrive_makes_no_difference_to_the_blocks() -> None:
    single = list(blocks.blocks([line] for line in LINES))
    assert single == list(blocks.blocks([LINES]))
    assert [line for block in single for line in block] == LINES


def test_what_blocks_are_compressed_to_is_kept(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = packed(LINES, Memo(store))
    with Store(tmp_path) as store:
        assert packed(LINES, Memo(store)) == first == packed(LINES)
