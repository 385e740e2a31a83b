"""Which TensorFlow the files of programs were written for: one answer for run, check and migrate.

A program is a file that runs and the files that it imports. What its own names say of a file may
not be all: names in functions that nothing in the program calls count for nothing where the file
brings `tf.compat`; a file without telling names, or one that copes with both, goes by the others.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tfspec.check._style import (
    ROOTS,
    TF1,
    TF2,
    UNKNOWN,
    Style,
    copes,
    style_of,
    style_of_program,
    style_of_project,
)
from tfspec.source import (
    Function,
    Names,
    SourceText,
    UnreadableSource,
    Words,
    files_beside,
    functions_of,
    imports_of,
    is_notebook,
    reached_files,
    read_document,
    unused_functions,
    without_lines,
    words_of,
)

MAX_FILES = 500  # that are read to tell the style of a program
_LIBRARIES = {"site-packages", "dist-packages"}


class Decision(NamedTuple):
    """What a file is taken for.

    Attributes:
        style: its style; unknown where nothing tells, or nothing in it depends on that.
        unused: lines of functions that nothing calls and whose names weren't counted.
    """

    style: Style
    unused: frozenset[int] = frozenset()


class _Told(NamedTuple):
    """What the names of a file tell.

    Attributes:
        style: the style that all of them tell.
        copes: whether the file does without some name of TensorFlow.
        brings_compat: whether it is of TensorFlow 1, but says `tf.compat.v1` for some names.
    """

    style: Style
    copes: bool = False
    brings_compat: bool = False


def _tell(names: Names) -> _Told:
    style = style_of(names)
    compat = any(use.path.startswith("tensorflow.compat.v1.") for use in names.uses)
    return _Told(style, copes(names), compat and style.name == TF1)


class Source:
    """What a file says about styles; of large programs no syntax trees are kept.

    Args:
        text: the parsed source.
        names: its names, if they were looked up already.

    Attributes:
        code: the source.
        imports: what it imports, see `tfspec.source.imports_of`.
        defines_only: whether running it by itself does nothing: it is there to be imported.
    """

    def __init__(self, text: SourceText, names: Names | None = None) -> None:
        self.code = text.text
        self.imports = imports_of(text.tree)
        self.defines_only = all(map(_defines, text.tree.body))
        if names is not None:
            self.told = _tell(names)
        self._without: dict[tuple[range, ...], Decision] = {}

    @cached_property
    def told(self) -> _Told:
        if "tensorflow" not in self.code:
            return _Told(Style(UNKNOWN))
        return _tell(Names(SourceText(self.code), ROOTS))

    @property
    def depends_on_others(self) -> bool:
        """Whether its program may say otherwise than its names do."""
        told = self.told
        style = told.style
        return bool(style.ambiguous) or style.only_compat or told.copes or told.brings_compat

    @cached_property
    def words(self) -> Words:
        return words_of(self.code)

    def without_unused(self, others: Iterable[Words]) -> Decision:
        """What the names say without those in functions that nothing calls."""
        places = tuple(unused_functions(self.code, self._functions, others))
        if places not in self._without:
            rest = SourceText(without_lines(self.code, places))
            lines = frozenset(line for place in places for line in place)
            self._without[places] = Decision(style_of(Names(rest, ROOTS)), lines)
        return self._without[places]

    @cached_property
    def _functions(self) -> list[Function]:
        return functions_of(SourceText(self.code).tree)


class Program:
    """The program that starts at a file.

    Args:
        main: the file that runs.
        source_of: gives the source of a file; None if it is no Python.
        files: gives the files of the program, `main` among them; asked for only where it matters.
    """

    def __init__(
        self,
        main: Path,
        source_of: Callable[[Path], Source | None],
        files: Callable[[], Collection[Path]],
    ) -> None:
        self._main = main
        self._source_of = source_of
        self._list_files = files
        self._told: dict[Path, Decision] = {}

    @cached_property
    def runs_something(self) -> bool:
        """Whether its main file isn't just there to be imported, by programs unknown."""
        main = self._source_of(self._main)
        return main is None or is_notebook(self._main) or not main.defines_only

    @cached_property
    def style(self) -> Style:
        """What counts for the process as a whole; unknown if no file tells.

        The main file's own style; where that doesn't tell, that of most files which it imports.
        One that names `tf.compat` only ran on TensorFlow 1 if these did.
        """
        own = self._tell(self._main).style
        if own.name != UNKNOWN and not own.only_compat:
            return own  # without reading the others
        read = [(file, self._source_of(file)) for file in self._files if file != self._main]
        told = [(self._tell(file).style, source.told.copes) for file, source in read if source]
        found = style_of_program(told)
        if own.only_compat:
            return Style(TF1) if found == TF1 else own
        return own._replace(name=found)

    def decide(self, file: Path) -> Decision:
        """What one file is taken for."""
        told = self._tell(file)
        if file == self._main:
            return told._replace(style=self.style)
        source = self._source_of(file)
        if told.style.name == UNKNOWN:
            return Decision(told.style._replace(name=self.style.name))
        if source.told.copes:
            program = TF1 if self.style.name == TF1 else TF2
            return told if told.style.name == program else Decision(Style(program))
        return told

    @cached_property
    def _files(self) -> Collection[Path]:
        return self._list_files()

    def _tell(self, file: Path) -> Decision:
        """What the names that the program needs of a file tell."""
        if file not in self._told:
            source = self._source_of(file)
            told = Decision(source.told.style if source else Style(UNKNOWN))
            if source and source.told.brings_compat and self.runs_something:
                others = (self._source_of(other) for other in self._files if other != file)
                used = source.without_unused(other.words for other in others if other)
                told = used if used.style.name == TF2 else told
            self._told[file] = told
        return self._told[file]


def decide(given: Mapping[Path, Source]) -> dict[Path, Decision]:
    """What files are taken for that are looked at together.

    Every file that no other imports starts a program; files that it imports are read from disk
    where they weren't given. Where programs differ about a file its own names decide. A file for
    programs that weren't given, whose names don't tell, goes by all others.

    Args:
        given: the sources of the files.
    """
    if not any(source.depends_on_others for source in given.values()):
        return {file: Decision(source.told.style) for file, source in given.items()}
    sources = {**given, **dict(_imported(given))}
    reached = reached_files({file: source.imports for file, source in sources.items()})
    programs = [
        (Program(main, sources.get, lambda main=main: reached[main]), reached[main])
        for main in _mains(reached)
    ]
    decided, for_import = {}, set()
    for file, source in given.items():
        if not source.depends_on_others:
            decided[file] = Decision(source.told.style)
            continue
        its = [program for program, files in programs if file in files]
        decided[file] = _agreed(source, [program.decide(file) for program in its])
        if not any(program.runs_something for program in its):
            for_import.add(file)
    told = style_of_project(found.style for found in decided.values())
    for file in for_import if told else ():
        style = decided[file].style
        if style.name == UNKNOWN and style.ambiguous:
            decided[file] = Decision(style._replace(name=told))
    return decided


def decide_alone(source: Source) -> Decision:
    """What a source is taken for that is all there is of its program."""
    file = Path("-")
    return Program(file, lambda _: source, lambda: [file]).decide(file)


def _agreed(source: Source, found: list[Decision]) -> Decision:
    """What several programs have a file for; its own style where they differ."""
    if len({decision.style.name for decision in found}) > 1:
        return Decision(source.told.style)
    unused = frozenset.intersection(*(decision.unused for decision in found))
    return found[0]._replace(unused=unused)


def _mains(reached: Mapping[Path, set[Path]]) -> list[Path]:
    """The files that start programs: those that no other imports, and one or more of each ring."""
    imported = {file for start, files in reached.items() for file in files if file != start}
    mains = [file for file in reached if file not in imported]
    covered = {file for main in mains for file in reached[main]}
    return mains + [file for file in reached if file not in covered]


def _imported(given: Mapping[Path, Source]) -> Iterator[tuple[Path, Source]]:
    """The files on disk that files import, and those that they import; with their sources."""
    seen = {file.absolute() for file in given}
    waiting = list(given.items())
    left = MAX_FILES
    while waiting and left > 0:
        file, source = waiting.pop()
        for found in files_beside(file, source.imports):
            if found in seen or _LIBRARIES & set(found.parts):
                continue
            seen.add(found)
            left -= 1
            try:
                source = Source(SourceText(read_document(found).code))
            except (UnreadableSource, SyntaxError):
                continue
            waiting.append((found, source))
            yield found, source


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement but defines something; a test of `__name__` is there to run more."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return True
        case ast.ClassDef() | ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=test, body=body, orelse=orelse):
            names = {getattr(node, "id", "") for node in ast.walk(test)}
            return "__name__" not in names and all(map(_defines, [*body, *orelse]))
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
            inner = [s for handler in handlers for s in handler.body]
            return all(map(_defines, [*body, *inner, *orelse, *finalbody]))
    return False
