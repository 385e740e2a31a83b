"""The tables behind `tfspec check` against the TensorFlow that is here, and against each other."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tests import ledger
from tfspec.check import V1, V2, WORKS, home_of, judge, table
from tfspec.check._names import load
from tfspec.check._own import has

RECORDED = load("names.json")
CONTRIB = load("contrib.json")
# TensorFlow releases between the record and this one may have added names, never so many.
NEW_SINCE_OLDER = (
    0
    if tf.__version__.startswith(
        RECORDED["certificate"]["modules, changed, tf_keras"]["tensorflow"].rpartition(".")[0]
    )
    else 150
)


def recorded(namespace: str) -> list[str]:
    return [
        f"{module}.{name}".lstrip(".")
        for module, kinds in RECORDED["modules"].items()
        for kind in ("both", namespace)
        for name in kinds.get(kind, "").split()
    ]


@pytest.mark.parametrize(("namespace", "root"), [(V1, tf.compat.v1), (V2, tf)])
def test_recorded_names_are_there(namespace, root):
    missing = []
    for name in recorded(namespace):
        value = root
        for part in name.split("."):
            value = getattr(value, part, missing)
        if value is missing:
            missing.append(name)
    assert len(missing) <= NEW_SINCE_OLDER, missing
    assert len(recorded(namespace)) > 4000


def test_estimator_names_are_the_ledgers():
    for namespace, prefix in ((V1, "tf.compat.v1."), (V2, "tf.")):
        for name in ledger.RECORDED:
            if name.startswith(f"{prefix}estimator.") or name.startswith(f"{prefix}keras."):
                assert table(namespace).find(name.removeprefix(prefix)), name


def test_internal_names_lead_to_public_ones():
    for names in RECORDED["internal"].values():
        for public in names.values():
            assert f"tf.{public}" in ledger.RECORDED


@pytest.mark.parametrize("old", [*CONTRIB["homes"], *CONTRIB["homes_for"]])
def test_homes_are_there(old):
    home = home_of(old)
    if home.name.startswith("compat.v2."):
        assert table(V2).find(home.name.removeprefix("compat.v2."))
    else:
        assert table(V1).find(home.name)
    assert home.components == old.count(".") + 1


def test_every_name_of_contrib_has_a_remedy():
    for name in ("contrib", "contrib.nobody.ever.heard.of.it", *CONTRIB["remedies"]):
        judgement = judge(f"tensorflow.{name}", "tf1")
        assert judgement.remedy or judgement.verdict == WORKS, name


def test_differences_are_about_names_that_tfspec_contrib_has():
    assert [name for name in CONTRIB["differs"] if not has(name)] == []


@pytest.mark.parametrize("name", ledger.public_names())
def test_every_name_of_estimators_works(name):
    judgement = judge(name.replace("tfspec", "tensorflow", 1), "tf2")
    assert judgement.verdict == WORKS


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("estimator.EstimatorSpec", True),
        ("estimator.EstimatorSpec.scaffold", True),
        ("compat.v1.estimator.inputs", True),
        ("compat.v1.estimator.SessionRunHook", True),
        ("estimator.no_such", False),
        ("compat.v1.estimator.ModeKeys.TRAIN", True),
        ("compat.v1.estimator.ModeKeys.INFER", False),
        ("contrib.learn.ModeKeys.INFER", True),
        ("estimator.DNNClassifier.anything_inherited", True),
        ("estimator.export.no_such", False),
        ("source.Names", True),
        ("source._text.Edit", True),
        ("source._text.no_such", False),
        ("no_such.x", False),
    ],
)
def test_names_of_tfspec_itself(name, there):
    assert has(name) is there


def test_renames_before_tensorflow_1():
    for old, new in load("notes.json")["before_1_0"].items():
        assert table(V1).find(old) is None, old
        assert table(V1).find(new) or has(new), old


@pytest.mark.skipif(NEW_SINCE_OLDER, reason="recorded under a newer TensorFlow")
@pytest.mark.parametrize("name", [n for n in RECORDED["attributes"] if "keras" not in n])
def test_attributes_are_those_of_one_namespace(name):
    for here, root, other in ((V1, tf.compat.v1, tf), (V2, tf, tf.compat.v1)):
        for attribute in RECORDED["attributes"][name][here].split():
            assert resolves(root, f"{name}.{attribute}"), attribute
            assert not resolves(other, f"{name}.{attribute}"), attribute


def resolves(root, name: str) -> bool:
    for part in name.split("."):
        if not hasattr(root, part):
            return False
        root = getattr(root, part)
    return True


def test_changed_names_are_in_both():
    for name in RECORDED["changed"]:
        assert table(V1).find(name) and table(V2).find(name)
        assert judge(f"tensorflow.{name}", "tf2").verdict == WORKS
        assert judge(f"tensorflow.{name}", "tf1").verdict == WORKS
