"""Releases that are signed, and whose signatures are verified, with real keys."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from iomgraph.cli import commands
from iomgraph.errors import PublicationError
from iomgraph.release import manifest, signature


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key without a passphrase."""
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture
def signers(key: Path) -> Path:
    """The file that trusts that key."""
    path = key.with_name("signers")
    path.write_text(f"data@example.org {key.with_suffix('.pub').read_text()}")
    return path


@pytest.fixture
def signed(tmp_path: Path, key: Path) -> Path:
    """A small release that is signed."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    manifest.write(folder)
    signature.sign(folder, key)
    return folder


def test_a_signed_release_names_its_signer(signed: Path, signers: Path) -> None:
    assert signature.verify(signed, signers) == "data@example.org"
    assert manifest.differences(signed) == []
    assert manifest.strangers(signed) == []


def test_the_same_release_has_the_same_signature(signed: Path, key: Path) -> None:
    first = (signed / manifest.SIGNATURE).read_bytes()
    (signed / manifest.SIGNATURE).unlink()
    signature.sign(signed, key)
    assert (signed / manifest.SIGNATURE).read_bytes() == first


def test_other_checksums_do_not_fit_the_signature(signed: Path, signers: Path) -> None:
    with (signed / manifest.SUMS).open("a") as sums:
        sums.write("0000  evil.txt\n")
    with pytest.raises(PublicationError, match="does not fit"):
        signature.verify(signed, signers)


def test_a_signer_that_is_not_trusted_is_refused(signed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    trusted = tmp_path / "trusted"
    trusted.write_text(f"data@example.org {other.with_suffix('.pub').read_text()}")
    with pytest.raises(PublicationError, match="not one by a signer that you trust"):
        signature.verify(signed, trusted)


def test_a_release_without_a_signature_is_refused_where_one_is_demanded(signed: Path, signers: Path) -> None:
    (signed / manifest.SIGNATURE).unlink()
    done = CliRunner().invoke(commands, ["verify", str(signed), "--signers", str(signers)])
    assert isinstance(done.exception, PublicationError)
    assert "not signed" in str(done.exception)


@pytest.mark.parametrize("content", [None, "not a key", ""])
def test_a_key_that_can_not_sign_is_reported(signed: Path, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "bad"
    if content is not None:
        path.write_text(content)
    with pytest.raises(PublicationError, match=r"no such key|can't be signed") as caught:
        signature.sign(signed, path)
    assert "Next:" in str(caught.value)
