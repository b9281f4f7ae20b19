"""The guides to portfolios and IATI do what they print, block after block."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from iomgraph.settings import resources

_FOREIGN = ("XM-DAC-47066-", "id/fund/idf", "IOM Development Fund")


def blocks(guide: str, language: str) -> list[str]:
    text = (resources() / "docs" / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[list[str]]:
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    assert command[0] == "iomgraph"
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )


def test_three_commands_lead_from_a_spreadsheet_to_a_site(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(resources() / "docs")
    (first, *_) = blocks("portfolio.md", "sh")
    init, build, serve = commands(first)
    for command in (init, build):
        done = run(command, tmp_path)
        assert done.returncode == 0, done.stderr
    page = (tmp_path / "ours/dist/site/id/project/A.1.html").read_text(encoding="utf-8")
    assert "Roads of the border" in page
    assert [word for word in _FOREIGN if word in page] == []
    assert "Documentation</a>" not in page
    with subprocess.Popen(
        [sys.executable, "-m", *serve, "--port", "0"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            said = next(line for line in server.stdout if "http://" in line)
            address = re.search(r"http://[\w.:]+/", said)
            assert address, said
            request = Request(f"{address[0]}id/project/A.1", headers={"Accept": "text/turtle"})
            with urlopen(request) as told:
                assert "Roads of the border" in told.read().decode()
        finally:
            server.terminate()


def test_a_folder_of_activities_is_a_source_as_it_is_printed(shared: Path, tmp_path: Path) -> None:
    (source,) = blocks("iati.md", "toml")
    (tmp_path / "activities").mkdir()
    shutil.copyfile(shared / "iati/activities/iom_development_fund.xml", tmp_path / "activities/fund.xml")
    head = 'title = "Ours"\nbase_iri = "https://data.example.org/"\n[publisher]\nname = "Us"\n\n'
    (tmp_path / "portfolio.toml").write_text(head + source, encoding="utf-8")
    done = run(["iomgraph", "build", "--data", ".", "--out", "dist", "--no-site"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"projects +│ +15 │", done.stderr), done.stderr


def test_activities_are_harvested_into_a_table_that_stands_for_the_file(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "dist/iati").mkdir(parents=True)
    shutil.copyfile(
        shared / "iati/activities/iom_development_fund.xml", tmp_path / "dist/iati/activities.xml"
    )
    (harvest,) = commands(blocks("iati.md", "sh")[0])
    done = run(harvest, tmp_path)
    assert done.returncode == 0, done.stderr
    titles = {}
    for file in ("activities.csv", "dist/iati/activities.xml"):
        folder = tmp_path / Path(file).stem / Path(file).suffix[1:]
        folder.mkdir(parents=True)
        shutil.copyfile(tmp_path / file, folder / Path(file).name)
        (folder / "portfolio.toml").write_text(
            'title = "Ours"\nbase_iri = "https://data.example.org/"\n[publisher]\nname = "Us"\n'
            f'[[sources]]\nkind = "iati"\nfiles = ["{Path(file).name}"]\n',
            encoding="utf-8",
        )
        made = run(["iomgraph", "build", "--data", ".", "--out", "dist", "--no-site"], folder)
        assert made.returncode == 0, made.stderr
        graph = json.loads((folder / "dist/iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
        titles[file] = {one["id"]: one["title"] for one in graph if "Project" in one.get("type", ())}
    assert titles["activities.csv"] == titles["dist/iati/activities.xml"]
    assert len(titles["dist/iati/activities.xml"]) == 15


@pytest.mark.parametrize("guide", sorted(path.name for path in (resources() / "docs").glob("*.md")))
def test_every_link_between_guides_leads_to_a_file(guide: str) -> None:
    text = (resources() / "docs" / guide).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in target]
    assert [one for one in targets if not (resources() / "docs" / one).exists()] == []
