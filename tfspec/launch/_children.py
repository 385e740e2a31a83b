"""Processes that a program starts through `multiprocessing`, where they aren't forked.

Such a process runs the main file anew, as `__mp_main__`, under an interpreter of its own: it needs
the program's TensorFlow there. What it is told at its start carries a few lines for that.
"""

from __future__ import annotations

import importlib.machinery
import io
import multiprocessing.spawn as mp_spawn
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import tfspec
from tfspec.launch._mains import code_of, new_main, runnable_spec
from tfspec.launch._reading import compile_script
from tfspec.launch._sources import Program

_ROOT = str(Path(tfspec.__file__).parents[1])
_BEGIN = """
import sys
sys.path.append({root!r})
try:
    from tfspec.launch import begin_child
finally:
    sys.path.remove({root!r})
begin_child(*{arguments!r})
"""


class _Message(NamedTuple):
    """What a new process is to know; reading it, it runs `begin_child`."""

    arguments: tuple[str, str, str | None, bool]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return exec, (_BEGIN.format(root=_ROOT, arguments=self.arguments), {})


def pass_on(program: Program, original: bool) -> None:
    """Has new processes get the program's TensorFlow."""
    own = mp_spawn.get_preparation_data
    message = _Message((*program.described, original))
    mp_spawn.get_preparation_data = lambda name: {**own(name), "tfspec": message}


def take_over(program: Program, builtins_for: Callable[[str, Program], dict | None]) -> None:
    """In a new process: has the main file run with its TensorFlow.

    Args:
        program: the program.
        builtins_for: gives the builtins that a file is to have, None for Python's own.
    """

    def run(main: ModuleType, code: CodeType) -> None:
        its_builtins = builtins_for(main.__file__, program)
        if its_builtins is not None:
            main.__dict__["__builtins__"] = its_builtins
        mp_spawn.old_main_modules.append(sys.modules["__main__"])  # something may still need it
        sys.modules["__main__"] = sys.modules["__mp_main__"] = main
        exec(code, main.__dict__)

    def run_path(path: str) -> None:
        if getattr(sys.modules["__main__"], "__file__", None) == path:
            return  # a forked process
        if os.path.isdir(path) or not path.endswith((".py", ".pyw")):
            return own_run_path(path)
        with io.open_code(path) as opened:
            code = compile_script(opened.read(), path)
        loader = importlib.machinery.SourceFileLoader("__mp_main__", path)
        run(new_main(loader, path, "", name="__mp_main__"), code)

    def run_name(name: str) -> None:
        if name == "__main__" or name.endswith(".__main__"):
            return  # as ever: it would do everything
        spec = runnable_spec(name)
        run(new_main(spec.loader, spec.origin, spec.parent, spec, "__mp_main__"), code_of(spec))

    own_run_path = mp_spawn._fixup_main_from_path
    mp_spawn._fixup_main_from_path = run_path
    mp_spawn._fixup_main_from_name = run_name
