"""Fixer dataset_iterators."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "dataset_iterators"
TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TF + "tf.compat.v1.data.make_one_shot_iterator(d)\n", id="done already"),
        pytest.param(TF + "make_one_shot_iterator(d)\n", id="no method"),
        pytest.param(TF + "f = d.make_one_shot_iterator\n", id="no call"),
        pytest.param(
            TF + "class D:\n    def make_one_shot_iterator(self): pass\n"
            "D().make_one_shot_iterator()\n",
            id="a class of its own",
        ),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


def test_tensorflow_not_imported_is_reported():
    left = check_noop("d.make_one_shot_iterator()\n", FIXER)
    assert "tensorflow isn't imported here" in left[0].message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d.make_one_shot_iterator()", "{}.make_one_shot_iterator(d)"),
        (
            "d.batch(2).make_one_shot_iterator().get_next()",
            "{}.make_one_shot_iterator(d.batch(2)).get_next()",
        ),
        ("(a or b).make_one_shot_iterator()", "{}.make_one_shot_iterator((a or b))"),
        ("d.make_initializable_iterator('n')", "{}.make_initializable_iterator(d, 'n')"),
        (
            "d.make_initializable_iterator(shared_name=n)",
            "{}.make_initializable_iterator(d, shared_name=n)",
        ),
        (
            "d \\\n  .repeat() \\\n  .make_one_shot_iterator()",
            "{}.make_one_shot_iterator(d \\\n  .repeat())",
        ),
        (
            "(d\n .repeat()  # on\n .make_one_shot_iterator())",
            "({}.make_one_shot_iterator(d\n .repeat()  # on\n ))",
        ),
        ("é.make_one_shot_iterator()", "{}.make_one_shot_iterator(é)"),
    ],
)
@pytest.mark.parametrize(
    ("imported", "namespace"),
    [
        ("import tensorflow as tf\n", "tf.compat.v1.data"),
        ("import tensorflow.compat.v1 as tf1\n", "tf1.data"),
        ("import tfspec.compat.v1 as tf\n", "tf.data"),
    ],
)
def test_calls(imported, namespace, before, after):
    after = after.format(namespace)
    check_transformed(f"{imported}x = {before}\n", f"{imported}x = {after}\n", FIXER)
