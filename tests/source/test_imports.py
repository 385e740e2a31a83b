"""What files import from each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tfspec.source import files_beside, imported_modules, imports_of, reached_files

FILES = {
    "train.py": "import net.model\nfrom lib import tool\nimport numpy",
    "net/__init__.py": "",
    "net/model.py": "from . import layers\nfrom ..lib import tool",
    "net/layers.py": "from .deep.core import *",
    "net/deep/__init__.py": "from .act import relu",
    "net/deep/core.py": "from net import layers",
    "net/deep/act.py": "",
    "net/unused.py": "import missing.entirely",
    "lib/tool.py": "",
    "tests/test_net.py": "def test():\n    import net.unused as u",
    "tests/tool.py": "",
    "src/pkg/__init__.py": "",
    "src/pkg/tool.py": "import tool",
    "scripts/run.py": "import pkg.tool",
}
DEEP = ["net/layers.py", "net/deep/__init__.py", "net/deep/core.py", "net/deep/act.py"]
REACHED = {
    "train.py": ["net/__init__.py", "net/model.py", *DEEP, "lib/tool.py"],
    # `..lib` leads above the package, which Python refuses as well when net is the top: it is
    # found all the same, for what is above may be a package elsewhere.
    "net/model.py": ["net/__init__.py", *DEEP, "lib/tool.py"],
    "tests/test_net.py": ["net/__init__.py", "net/unused.py"],
    "scripts/run.py": ["src/pkg/__init__.py", "src/pkg/tool.py"],
    "src/pkg/tool.py": [],
    "net/unused.py": [],
}


@pytest.mark.parametrize("start", REACHED)
@pytest.mark.parametrize("folder", ["", "/far/away"])
def test_reached_files(start, folder):
    files = {Path(folder, file): imports_of(ast.parse(text)) for file, text in FILES.items()}
    expected = {Path(folder, file) for file in [start, *REACHED[start]]}
    assert reached_files(files)[Path(folder, start)] == expected


def test_one_of_several_packages_is_not_guessed():
    files = {"a/pkg/__init__.py": "", "b/pkg/__init__.py": "", "c/run.py": "import pkg"}
    found = {Path(file): imports_of(ast.parse(text)) for file, text in files.items()}
    assert reached_files(found)[Path("c/run.py")] == {Path("c/run.py")}


def test_no_files():
    assert reached_files({}) == {}


@pytest.mark.parametrize(
    ("package", "modules"),
    [
        ("", {"a.b", "c.d", "c.d.e", "f", "f.g", "h"}),
        ("p.q", {"a.b", "c.d", "c.d.e", "p.q.f", "p.q.f.g", "p.h", "p"}),
    ],
)
def test_imported_modules(package, modules):
    text = "import a.b\nfrom c.d import e\nfrom .f import g\nfrom .. import h\n"
    found = set(imported_modules(imports_of(ast.parse(text)), package)) - {""}
    assert found - {"p.q"} == modules


@pytest.mark.parametrize("start", REACHED)
def test_files_beside(start, tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    found, waiting = {tmp_path / start}, [tmp_path / start]
    while waiting:
        file = waiting.pop()
        new = {*files_beside(file, imports_of(ast.parse(file.read_text())))} - found
        found |= new
        waiting += new
    # What lies elsewhere is only found among files that are given.
    elsewhere = {"tests/test_net.py": "net", "scripts/run.py": "src"}.get(start, "none")
    expected = [name for name in REACHED[start] if not name.startswith(elsewhere)]
    assert found == {tmp_path / name for name in [start, *expected]}
