"""What files import from each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tfspec.source import imported_modules, reached_files

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
    trees = {Path(folder, file): ast.parse(text) for file, text in FILES.items()}
    expected = {Path(folder, file) for file in [start, *REACHED[start]]}
    assert reached_files(trees)[Path(folder, start)] == expected


def test_one_of_several_packages_is_not_guessed():
    files = {"a/pkg/__init__.py": "", "b/pkg/__init__.py": "", "c/run.py": "import pkg"}
    trees = {Path(file): ast.parse(text) for file, text in files.items()}
    assert reached_files(trees)[Path("c/run.py")] == {Path("c/run.py")}


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
    tree = ast.parse("import a.b\nfrom c.d import e\nfrom .f import g\nfrom .. import h\n")
    found = set(imported_modules(tree, package)) - {""}
    assert found - {"p.q"} == modules
