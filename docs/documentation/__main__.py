"""Gather the documentation: `python -m documentation RELEASE FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from documentation.sources import gather

if __name__ == "__main__":
    gather(Path(sys.argv[1]), Path(sys.argv[2]))
