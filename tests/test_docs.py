"""The documents say what is true: names, commands, versions, and a script that runs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tfspec
from tests import ledger

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COLUMNS = ("tfspec.estimator", "tfspec.compat.v1.estimator")
ELSEWHERE = ("tfspec.keras.estimator", "tfspec.compat.v1.keras.estimator")


def compatibility_table() -> dict[str, tuple[str, str]]:
    """(status, note) of each public name by its full name, as docs/compatibility.md gives them."""
    table = {}
    for line in (ROOT / "docs" / "compatibility.md").read_text().splitlines():
        row = re.fullmatch(r"\| `([\w.]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|", line)
        if row:
            name, *statuses, note = (cell.strip() for cell in row.groups())
            spaces = ELSEWHERE if name == "model_to_estimator" else COLUMNS
            for space, status in zip(spaces, statuses, strict=True):
                if status != "-":
                    assert f"{space}.{name}" not in table
                    table[f"{space}.{name}"] = status, note
    return table


def test_compatibility_table_has_every_name():
    assert sorted(compatibility_table()) == sorted(ledger.public_names())


@pytest.mark.parametrize("name", ledger.public_names())
def test_compatibility_status(name):
    status, note = compatibility_table()[name]
    assert status in ("works", "differs")
    assert note or status != "differs"
    assert status == "differs" or name.rpartition(".")[2] not in ledger.FIELD_ORDER_DIFFERS


def test_architecture_names_every_room():
    picture = (ROOT / "docs" / "architecture.md").read_text().split("## Rooms")[1].split("```")[1]
    rooms = [path.parent.name for path in (ROOT / "tfspec").glob("*/__init__.py")]
    assert [room for room in rooms if f"{room}/" not in picture] == []


def test_changelog_starts_with_this_version():
    newest = re.search(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest[1] == tfspec.__version__
    assert "version = attr: tfspec.__version__" in (ROOT / "setup.cfg").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = re.findall(r"\]\((?!https?://)([^)#]+)[^)]*\)", text)
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_in_pages_parses(page):
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        ast.parse(block)


def test_the_script_of_getting_started_runs(tmp_path):
    text = (ROOT / "docs" / "getting-started.md").read_text()
    script = "".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    (tmp_path / "line.py").write_text(script.replace("/tmp/line", str(tmp_path / "line")))
    done = subprocess.run([sys.executable, "line.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Saving checkpoints for 2000 into" in done.stderr
    metrics, first, loss, weight = done.stdout.splitlines()[-4:]
    assert re.search(r"'rmse': .*'global_step': .*2000", metrics)
    assert first.startswith("{'y': ")
    assert re.fullmatch(r"loss .* on /job:localhost/.*", loss)
    assert re.fullmatch(r"w \[\[.*\]\]", weight)
    assert list((tmp_path / "line").glob("by-hand*.index"))
