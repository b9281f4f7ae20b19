"""Signatures of a release, made and verified with OpenSSH over its checksums.

`SHA256SUMS.sig` is a detached SSH signature (OpenSSH, PROTOCOL.sshsig) of `SHA256SUMS`, which names every
other file. Nearly every machine has `ssh-keygen`, which reads the keys that people have: in files, in an
agent, or on a token.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.release.manifest import SIGNATURE, SUMS

NAMESPACE = "iomgraph-release"
_SECONDS = 120
"""Seconds for a person to type a passphrase or touch a token."""


def sign(folder: Path, key: Path) -> None:
    """Sign the checksums of a release.

    Args:
        folder: the staged release, with its checksums.
        key: the private key, or the public part of a key that an agent holds.

    Raises:
        PublicationError: if OpenSSH is not installed, or rejects the key.
    """
    if not key.is_file():
        raise PublicationError("no such key", where=key, step="name a file such as ~/.ssh/id_ed25519")
    command = ["-Y", "sign", "-n", NAMESPACE, "-f", str(key.absolute()), str(folder / SUMS)]
    done = _run(command)
    if done.returncode:
        raise PublicationError(
            f"the release can't be signed ({_reason(done)})",
            where=key,
            step="name a private key that you may read, or the public one of a key in your agent",
        )


def verify(folder: Path, signers: Path) -> str:
    """Verify the signature of a release's checksums.

    Args:
        folder: of the release.
        signers: the file of the signers that you trust (`man ssh-keygen`, ALLOWED SIGNERS).

    Returns:
        the signer, as named in the file.

    Raises:
        PublicationError: if there is no signature by a signer in the file.
    """
    signature = folder / SIGNATURE
    if not signers.is_file():
        raise PublicationError(
            "no such file of signers", where=signers, step="write one: NAME ssh-ed25519 KEY"
        )
    if signature.is_symlink() or not signature.is_file():
        raise PublicationError("the release is not signed", where=folder, step="ask its publisher to sign it")
    common = ["-f", str(signers.absolute()), "-s", str(signature)]
    found = _run(["-Y", "find-principals", *common])
    names = found.stdout.decode(errors="replace").split()
    for name in names:
        checked = _run(
            ["-Y", "verify", "-n", NAMESPACE, "-I", name, *common], given=(folder / SUMS).read_bytes()
        )
        if checked.returncode == 0:
            return name
    raise PublicationError(
        "the signature is not one by a signer that you trust" if not names else "the signature does not fit",
        where=signature,
        step="fetch the release again, or ask its publisher for the right key",
    )


def _run(arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise PublicationError(
            "OpenSSH is not installed", where="ssh-keygen", step="install it, and try again"
        )
    return subprocess.run(  # noqa: S603 (a list of arguments, no shell)
        [program, *arguments], input=given, capture_output=True, timeout=_SECONDS, check=False
    )


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"
