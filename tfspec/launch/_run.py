"""Runs a script or a module as `__main__`."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import io
import os
import runpy
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import CodeType, ModuleType

from tfspec import _python
from tfspec.installation import install
from tfspec.launch import _errors, _imports, _notebook, _tensorflow
from tfspec.launch._reading import compile_script
from tfspec.launch._sources import Program
from tfspec.source import Document, is_notebook


@dataclass(frozen=True)
class Options:
    """How a program is run.

    Attributes:
        style: `tf1` or `tf2` to have all files of the program taken for that; None to tell.
        around: called once TensorFlow is imported; the context manager that it returns stays
            open until the program ends.
        original: whether the program gets the `tf.estimator` of TensorFlow 2.15 rather than
            tfspec's, which must be there.
    """

    style: str | None = None
    around: Callable[[], AbstractContextManager] = field(default=nullcontext)
    original: bool = False


def run_script(path: str, arguments: list[str], options: Options) -> int:
    """Runs a file, as `python PATH ARGUMENTS` does.

    Args:
        path: the script or notebook; a folder or a zip file with a `__main__.py` is run through
            `runpy`.
        arguments: what the script finds in `sys.argv[1:]`.
        options: how it is run.

    Returns:
        The exit status if the program ends by itself, 1 if an error ended it.

    Raises:
        SystemExit: the program's own.
        KeyboardInterrupt: Ctrl-C ended it, which its traceback, printed already, tells.
        OSError: the script can't be read.
        UnreadableSource: the file is no notebook, though called so.
    """
    if is_notebook(path):
        return _run_notebook(path, arguments, options)
    if os.path.isdir(path) or not path.endswith((".py", ".pyw")) and _is_archive(path):
        return _run_folder(path, arguments, options)
    file = os.path.abspath(path)
    with io.open_code(file) as opened:
        source = opened.read()
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    loader = importlib.machinery.SourceFileLoader("__main__", file)
    main = _new_main(loader, file, package=None, spec=None)
    program = Program(file, "", options.style)
    _prepare(program, options)
    return _execute(main, program, lambda: [compile_script(source, file)], file)


def run_module(name: str, arguments: list[str], options: Options) -> int:
    """Runs a module, as `python -m NAME ARGUMENTS` does.

    Args:
        name: a dotted name; of a package, its `__main__` is run.
        arguments: what the module finds in `sys.argv[1:]`.
        options: how it is run.

    Returns:
        The exit status if the program ends by itself, 1 if an error ended it.

    Raises:
        SystemExit: the program's own.
        KeyboardInterrupt: Ctrl-C ended it, which its traceback, printed already, tells.
        ImportError: there is no such module, or it holds no code.
    """
    sys.argv = ["-m", *arguments]
    sys.path[0] = os.getcwd()
    file, package = _guess_file(name)
    program = Program(file, package, options.style)
    _prepare(program, options)
    try:
        spec = _runnable_spec(name)
        code = spec.loader.get_code(spec.name)
    except SyntaxError as error:
        _errors.report(error)
        return 1
    if code is None:
        raise ImportError(f"No code object available for {name}")
    sys.argv[0] = spec.origin
    main = _new_main(spec.loader, spec.origin, package=spec.parent, spec=spec)
    return _execute(main, program, lambda: [code], spec.origin)


def _run_notebook(path: str, arguments: list[str], options: Options) -> int:
    file = os.path.abspath(path)
    with io.open_code(file) as opened:
        notebook = Document(opened.read(), notebook=True).notebook
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(file)
    os.chdir(os.path.dirname(file))  # as Jupyter does: paths in notebooks are relative to it
    os.environ.setdefault("MPLBACKEND", "Agg")  # nobody is there to close a window
    main = _new_main(None, file, package=None, spec=None)
    del main.__file__  # notebooks know none
    vars(main).update(_notebook.namespace())
    program = Program(file, "", options.style)
    _prepare(program, options)
    return _execute(main, program, lambda: _notebook.code_of(notebook, file), file)


def _run_folder(path: str, arguments: list[str], options: Options) -> int:
    sys.argv = [path, *arguments]
    program = Program(os.path.join(path, "__main__.py"), "", options.style)
    sys.path.insert(0, path)  # for the files that it imports
    _prepare(program, options)
    try:
        runpy.run_path(path, run_name="__main__")
    except Exception as error:
        _errors.report(error)
        return 1
    return 0


def _is_archive(path: str) -> bool:
    import zipfile

    return zipfile.is_zipfile(path)


def _prepare(program: Program, options: Options) -> None:
    """Makes imports give what the program was written for."""
    _imports.install_finder(program)
    _python.put_back_names()
    if options.original:
        _imports.use_original()
        import tensorflow  # noqa: F401 - what is prepared has to be there

        _tensorflow.prepare(program.style, options.around)
        return
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")  # it knew no other Keras than 2
    install(lambda: _tensorflow.prepare(program.style, options.around))


def _execute(
    main: ModuleType, program: Program, compiled: Callable[[], Iterable[CodeType]], file: str
) -> int:
    sys.modules["__main__"] = main
    try:
        its_builtins = None
        for code in compiled():
            its_builtins = its_builtins or _imports.builtins_for(file, program)
            if its_builtins is not None:
                main.__dict__["__builtins__"] = its_builtins
            exec(code, main.__dict__)
    except SystemExit:
        raise
    except KeyboardInterrupt as error:
        _errors.report(error, of_notebook=is_notebook(file))
        raise
    except BaseException as error:
        _errors.report(error, of_notebook=is_notebook(file))
        return 1
    finally:
        _tensorflow.leave()
    return 0


def _new_main(loader, file: str, package: str | None, spec) -> ModuleType:
    main = ModuleType("__main__")
    main.__doc__ = None
    main.__dict__.update(
        __file__=file,
        __cached__=None,
        __loader__=loader,
        __package__=package,
        __spec__=spec,
        __builtins__=sys.modules["builtins"],
    )
    return main


def _guess_file(name: str) -> tuple[str, str]:
    """Where the module is likely to be, and its package: found without importing anything."""
    path = os.path.join(*name.split("."))
    for folder in sys.path:
        for end, package in (("/__main__.py", name), (".py", name.rpartition(".")[0])):
            if os.path.isfile(os.path.join(folder, path + end)):
                return os.path.join(folder, path + end), package
    return os.path.abspath(path + ".py"), name.rpartition(".")[0]


def _runnable_spec(name: str) -> importlib.machinery.ModuleSpec:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ImportError(f"No module named {name}")
    if spec.submodule_search_locations is not None:
        return _runnable_spec(f"{name}.__main__")
    if not hasattr(spec.loader, "get_code"):
        raise ImportError(f"{name} can't be executed: it is not Python code")
    return spec
