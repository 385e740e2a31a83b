"""Which TensorFlow a source was written for, told from the names that it uses."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from typing import NamedTuple

from tfspec.check._names import (
    V1,
    V2,
    means_the_same,
    renamed_before_1,
    split_path,
    table,
)
from tfspec.source import Names, Use

TF1, TF2, UNKNOWN = "tf1", "tf2", "unknown"
# Packages whose names `Names` is to look for.
ROOTS = frozenset({"tensorflow", "tensorflow_estimator", "tfspec", "tf_keras"})
# Methods that went with TensorFlow 1.
_TF1_METHODS = {"make_one_shot_iterator", "make_initializable_iterator", "export_savedmodel"}
_TF1_ONLY = ("contrib", "examples.tutorials")
_COMPAT = ("tf.compat",)


class Style(NamedTuple):
    """The style of a source.

    Attributes:
        name: `tf1`, `tf2`, or `unknown` where no name tells.
        reasons: the names that told, as people write them.
        ambiguous: names that mean different things in TensorFlow 1 and 2, where nothing tells.
    """

    name: str
    reasons: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def only_compat(self) -> bool:
        """Whether nothing but `tf.compat` tells, which TensorFlow 1.13 and later had as well."""
        return self.reasons == _COMPAT

    @property
    def namespace(self) -> str:
        """The namespace that plain `tf.` stands for."""
        return V1 if self.name == TF1 else V2


def belongs_to(name: str, call: ast.Call | None = None) -> str | None:
    """The only namespace, `v1` or `v2`, that has `name` (and takes a call's keywords), if any."""
    if any(name == gone or name.startswith(f"{gone}.") for gone in _TF1_ONLY):
        return V1
    if renamed_before_1(name):
        return V1
    found = {v: table(v).find(name) for v in (V1, V2)}
    for version, value in found.items():
        if value and table(version).absent_attribute(name, value):
            found[version] = None
    if bool(found[V1]) != bool(found[V2]):
        return V1 if found[V1] else V2
    if call is not None and found[V1] and found[V1].name == name and not means_the_same(name):
        keywords = [keyword.arg for keyword in call.keywords if keyword.arg]
        refused = {v: table(v).refused_keywords(found[V1].name, keywords) for v in (V1, V2)}
        if bool(refused[V1]) != bool(refused[V2]):
            return V2 if refused[V1] else V1
    return None


def style_of(names: Names) -> Style:
    """Tells the style of a source.

    Names that only TensorFlow 1 had make it `tf1`, names that only TensorFlow 2 has `tf2`; where
    there are both, the more numerous win. Code that copes with missing names doesn't count.
    """
    votes: dict[str, dict[str, None]] = {V1: {}, V2: {}}
    ambiguous = {}
    explicit = False
    for use in names.uses:
        if not use.path.startswith("tensorflow.") or use.others:
            continue
        namespace, name = split_path(use.path)
        explicit |= namespace is not None
        if namespace or use.optional or not name:
            continue
        home = belongs_to(name, use.call)
        if home:
            votes[home][_as_written(use, name)] = None
        elif not means_the_same(name):
            ambiguous[f"tf.{name}"] = None
    stars = [f"{node.module}.*" for node in names.star_imports]
    for path in (*stars, *names.starred):
        namespace, name = split_path(path)
        home = None if namespace else belongs_to(name)
        if home:
            votes[home][f"tf.{name}"] = None
    ones, twos = tuple(votes[V1]), tuple(votes[V2])
    if ones and len(ones) >= len(twos):
        return Style(TF1, ones)
    if twos:
        return Style(TF2, twos)
    if explicit:
        return Style(TF2, _COMPAT)
    methods = {f".{call.func.attr}()": None for call, _ in names.method_calls(_TF1_METHODS)}
    if methods:
        return Style(TF1, tuple(methods))
    return Style(UNKNOWN, (), tuple(ambiguous))


def _as_written(use: Use, name: str) -> str:
    home = belongs_to(name)
    return f"tf.{name}" if home else f"tf.{name}(...)"


def copes(names: Names) -> bool:
    """Whether a source does without some name of TensorFlow: it is for more than one version."""
    return any(use.optional and use.path.startswith("tensorflow") for use in names.uses)


def style_of_program(files: Collection[tuple[Style, bool]]) -> str:
    """`tf1` or `tf2` for a program whose main file doesn't tell; `unknown` if no file does.

    Args:
        files: for each file that it imports, its style and whether it copes with both. Those that
            cope don't count, but show that the program can do with 2.
    """
    if any(style.name == TF2 and copes for style, copes in files):
        return TF2
    told = [style for style, copes in files if not copes and not style.only_compat]
    styles = [style.name for style in told if style.name != UNKNOWN]
    if not styles:
        return UNKNOWN
    return TF1 if styles.count(TF1) > styles.count(TF2) else TF2


def style_of_project(styles: Iterable[Style]) -> str | None:
    """What files whose own names don't tell are taken for, given the styles of all files.

    In a project of TensorFlow 1, a file that uses but common names is TensorFlow 1 as well. Where
    there is anything of TensorFlow 2, nothing follows.
    """
    names = {style.name for style in styles}
    return TF1 if TF1 in names and TF2 not in names else None
