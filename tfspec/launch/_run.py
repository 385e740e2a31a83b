"""Runs a script or a module as `__main__`."""

from __future__ import annotations

import importlib.machinery
import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import CodeType, ModuleType

from tfspec import _python
from tfspec.installation import install
from tfspec.launch import _children, _errors, _imports, _notebook, _tensorflow
from tfspec.launch._mains import NotRunnable, code_of, new_main, runnable_spec
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
        path: the script or notebook, or a folder or a zip file with a `__main__.py`.
        arguments: what the script finds in `sys.argv[1:]`.
        options: how it is run.

    Returns:
        The exit status if the program ends by itself, 1 if an error ended it.

    Raises:
        SystemExit: the program's own.
        KeyboardInterrupt: Ctrl-C ended it, which its traceback, printed already, tells.
        OSError: the script can't be read.
        NotRunnable: a folder or zip file holds no `__main__`.
        UnreadableSource: the file is no notebook, though called so.
    """
    if is_notebook(path):
        return _run_notebook(path, arguments, options)
    file = os.path.join(os.getcwd(), path)  # as Python has it, with any `..`
    sys.argv = [path, *arguments]
    if os.path.isdir(path) or not path.endswith((".py", ".pyw")) and _is_archive(path):
        return _run_folder(file, options)
    with io.open_code(file) as opened:
        source = opened.read()
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    main = new_main(importlib.machinery.SourceFileLoader("__main__", file), file)
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
        NotRunnable: there is no such module, or it holds no code.
    """
    sys.argv = ["-m", *arguments]
    sys.path[0] = os.getcwd()
    file, package = _guess_file(name)
    program = Program(file, package, options.style)
    _prepare(program, options)
    return _run_found(lambda: runnable_spec(name), program)


def begin_child(main: str, package: str, style: str | None, original: bool) -> None:
    """Prepares a process that a program started, see `_children`.

    Args:
        main: the program's main file.
        package: the package that it belongs to, '' for none.
        style: see `Options`.
        original: see `Options`.
    """
    program = Program(main, package, style)
    _prepare(program, Options(style, original=original))
    _children.take_over(program, _imports.builtins_for)


def _run_notebook(path: str, arguments: list[str], options: Options) -> int:
    file = os.path.abspath(path)
    with io.open_code(file) as opened:
        notebook = Document(opened.read(), notebook=True).notebook
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(file)
    os.chdir(os.path.dirname(file))  # as Jupyter does: paths in notebooks are relative to it
    os.environ.setdefault("MPLBACKEND", "Agg")  # nobody is there to close a window
    main = new_main(None, file)
    del main.__file__  # notebooks know none
    vars(main).update(_notebook.namespace())
    program = Program(file, "", options.style)
    _prepare(program, options)
    return _execute(main, program, lambda: _notebook.code_of(notebook, file), file)


def _run_folder(place: str, options: Options) -> int:
    sys.path[0] = place
    program = Program(os.path.join(place, "__main__.py"), "", options.style)
    _prepare(program, options)

    def find() -> importlib.machinery.ModuleSpec:
        spec = importlib.machinery.PathFinder.find_spec("__main__", [place])
        if spec is None:
            raise NotRunnable(f"can't find '__main__' module in {place!r}")
        return spec

    return _run_found(find, program)


def _run_found(find: Callable[[], importlib.machinery.ModuleSpec], program: Program) -> int:
    """Runs what a spec leads to. To find it may run code of the program: packages on the way."""
    found: list[tuple[importlib.machinery.ModuleSpec, CodeType]] = []

    def look() -> None:
        spec = find()
        found.append((spec, code_of(spec)))

    status = _guarded(look)
    if not found:
        return status
    [(spec, code)] = found
    if spec.name != "__main__":
        sys.argv[0] = spec.origin
    main = new_main(spec.loader, spec.origin, spec.parent, spec)
    return _execute(main, program, lambda: [code], spec.origin)


def _is_archive(path: str) -> bool:
    import zipfile

    return zipfile.is_zipfile(path)


def _prepare(program: Program, options: Options) -> None:
    """Makes imports give what the program was written for, in processes that it starts as well."""
    _imports.install_finder(program)
    _python.put_back_names()
    _children.pass_on(program, options.original)
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
    def run() -> None:
        its_builtins = None
        for code in compiled():
            its_builtins = its_builtins or _imports.builtins_for(file, program)
            if its_builtins is not None:
                main.__dict__["__builtins__"] = its_builtins
            exec(code, main.__dict__)

    sys.modules["__main__"] = sys.modules["__mp_main__"] = main  # multiprocessing's name for it
    try:
        return _guarded(run, of_notebook=is_notebook(file))
    finally:
        _tensorflow.leave()


def _guarded(run: Callable[[], None], of_notebook: bool = False) -> int:
    """0 once code of the program has run to its end, 1 after an error, which is reported."""
    try:
        run()
    except (SystemExit, NotRunnable):
        raise
    except KeyboardInterrupt as error:
        _errors.report(error, of_notebook)
        raise
    except BaseException as error:
        _errors.report(error, of_notebook)
        return 1
    return 0


def _guess_file(name: str) -> tuple[str, str]:
    """Where the module is likely to be, and its package: found without importing anything."""
    path = os.path.join(*name.split("."))
    for folder in sys.path:
        for end, package in (("/__main__.py", name), (".py", name.rpartition(".")[0])):
            if os.path.isfile(os.path.join(folder, path + end)):
                return os.path.join(folder, path + end), package
    return os.path.abspath(path + ".py"), name.rpartition(".")[0]
