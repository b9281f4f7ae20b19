"""A build needs what it installs and no more: every command can be had without the extras."""

from __future__ import annotations

import subprocess
import sys
import tomllib

from iomgraph.cli import COMMANDS
from iomgraph.settings import resources

PROGRAM = """
import sys
from importlib.metadata import packages_distributions

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(name)

left_out = {name.lower() for name in sys.argv[1:]}
absent = {
    module
    for module, packages in packages_distributions().items()
    if {name.lower().replace("_", "-") for name in packages} <= left_out
}
assert len(absent) >= len(left_out), absent
sys.meta_path.insert(0, Absent())
from iomgraph.cli import COMMANDS, commands
print(*(command for command in COMMANDS if commands.get_command(None, command)))
"""


def test_every_command_is_there_without_the_extras() -> None:
    project = tomllib.loads((resources() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [one for extra in ("mcp", "parquet", "serve", "xlsx") for one in extras[extra]]
    names = [one.partition(">")[0] for one in wanted]
    assert {"starlette", "pyarrow", "mcp", "openpyxl"} <= set(names)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *names], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == list(COMMANDS)
