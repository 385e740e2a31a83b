"""The pages of the canned families: their code runs, and what it asserts holds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("baseline", "dnn", "heads", "inputs", "kmeans", "linear", "rnn", "wide-and-deep")


@pytest.mark.parametrize("page", PAGES)
def test_page(page):
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)
    script = "".join(blocks)
    assert "assert" in script
    exec(compile(script, f"{page}.md", "exec"), {"__name__": page})


@pytest.mark.slow
def test_wide_and_deep_example(tmp_path):
    command = [sys.executable, str(DOCS / "examples" / "wide_and_deep.py")]
    done = subprocess.run(
        [*command, "--model-dir", str(tmp_path)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    figures = dict(re.findall(r"^(\w+) (\d\.\d+)$", done.stdout, re.MULTILINE))
    page = (DOCS / "wide-and-deep.md").read_text()
    assert set(figures) == {"accuracy", "accuracy_baseline", "auc", "auc_precision_recall"}
    for name, value in figures.items():
        told = float(re.search(rf"`{name}` (\d\.\d+)", page)[1])
        assert float(value) == pytest.approx(told, abs=0.03)
    assert float(figures["accuracy"]) > float(figures["accuracy_baseline"]) + 0.05
    assert list(tmp_path.glob("export/*/saved_model.pb"))
