"""Exports are read by everything that reads SavedModels, and equal the original's."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel
from tensorflow.python.tools import saved_model_cli

import tfspec.estimator
from tests.export import load_and_serve
from tests.export.served import VOCABULARY, Served, serialized_examples

HERE = pathlib.Path(__file__).parent
ORIGINAL = HERE / "data" / "original"
PREDICTIONS = json.loads((HERE / "data" / "predictions.json").read_text())

# This one, and one with TensorFlow 2.15 if the variable says where it is.
INTERPRETERS = [sys.executable]
if "TFSPEC_ORIGINAL_PYTHON" in os.environ:
    INTERPRETERS.append(os.environ["TFSPEC_ORIGINAL_PYTHON"])


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """(an export of all modes, what `predict` gives) for the model of `served.py`."""
    folder = tmp_path_factory.mktemp("exported")
    vocabulary = folder / "vocabulary.txt"
    vocabulary.write_text(VOCABULARY)
    served = Served(tf, tfspec.estimator, str(vocabulary))
    estimator = served.trained(str(folder / "model"))
    export_dir = estimator.experimental_export_all_saved_models(
        str(folder / "export"), served.receiver_fn_map()
    )
    predicted = next(estimator.predict(served.input_fn, yield_single_examples=False))
    vocabulary.unlink()  # the export has its own copy
    return export_dir.decode(), predicted


def check(answers, predicted):
    """The answers of all signatures agree with `predictions`."""
    assert set(answers) == {"serving_default", "regression", "predict"}
    logits, probability = (np.array(predicted[key]) for key in ("logits", "probability"))
    near = {"rtol": 1e-5}
    np.testing.assert_allclose(answers["predict"]["logits"], logits, **near)
    np.testing.assert_allclose(answers["predict"]["probability"], probability, **near)
    np.testing.assert_allclose(answers["regression"]["outputs"], logits, **near)
    scores = np.concatenate([1 - probability, probability], 1)
    np.testing.assert_allclose(answers["serving_default"]["scores"], scores, **near)
    assert answers["serving_default"]["classes"] == [["no", "yes"]] * 3


def cli(*arguments: str) -> str:
    """What the command saved_model_cli prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        args = saved_model_cli.create_parser().parse_args(arguments)
        args.func()
    return printed.getvalue()


@pytest.mark.parametrize("loader", ["v1", "v2"])
def test_loads(exported, loader):
    export_dir, predicted = exported
    serve = getattr(load_and_serve, f"serve_{loader}")
    answers = serve(export_dir, serialized_examples(tf))
    check(load_and_serve.plain(answers), predicted)


@pytest.mark.parametrize("loader", ["v1", "v2"])
def test_loads_what_the_original_exported(loader):
    serve = getattr(load_and_serve, f"serve_{loader}")
    answers = serve(str(ORIGINAL), serialized_examples(tf))
    check(load_and_serve.plain(answers), PREDICTIONS)


def test_predicts_what_the_original_predicts(exported):
    _, predicted = exported
    np.testing.assert_allclose(predicted["logits"], PREDICTIONS["logits"], rtol=1e-5)


def test_saved_model_cli_run(exported, tmp_path):
    export_dir, predicted = exported
    examples = [{"word": [word], "x": x} for word, x in (("a", [1., 2.]), ("c", [3., -4.]))]
    cli(
        "run", "--dir", export_dir, "--tag_set", "serve", "--signature_def", "predict",
        "--input_examples", f"examples={examples}", "--outdir", str(tmp_path),
    )
    np.testing.assert_allclose(np.load(tmp_path / "logits.npy"), predicted["logits"][:2], rtol=1e-5)


def test_saved_model_cli_shows_what_it_shows_for_the_original(exported):
    export_dir, _ = exported

    def shown(folder: str) -> str:
        return re.sub(r"(?s)\nConcrete Functions:.*", "", cli("show", "--dir", folder, "--all"))

    text = shown(export_dir)
    assert text == shown(str(ORIGINAL))
    assert text.count("signature_def[") == 5


def test_graphs_equal_those_of_the_original(exported):
    def unnumbered(name: str) -> str:  # TensorFlow counts functions per process
        return re.sub(r"_\d+", "", name)

    def described(folder: str) -> list:
        data = pathlib.Path(folder, "saved_model.pb").read_bytes()
        return [
            (
                list(graph.meta_info_def.tags),
                [(node.name, node.op, list(node.input)) for node in graph.graph_def.node],
                {key: list(c.node_list.value) for key, c in graph.collection_def.items()},
                sorted(unnumbered(f.signature.name) for f in graph.graph_def.library.function),
            )
            for graph in SavedModel.FromString(data).meta_graphs
        ]

    export_dir, _ = exported
    assert described(export_dir) == described(str(ORIGINAL))


@pytest.mark.slow
@pytest.mark.parametrize("python", INTERPRETERS)
def test_loads_in_another_process(exported, python):
    export_dir, predicted = exported
    done = subprocess.run(
        [python, HERE / "load_and_serve.py", export_dir],
        env={k: v for k, v in os.environ.items() if k != "TF_USE_LEGACY_KERAS"},
        stdout=subprocess.PIPE, text=True, check=True,
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    check(answers["v1"], predicted)
    check(answers["v2"], predicted)


@pytest.mark.slow
def test_a_tf1_script_exports_variables_and_loops_of_tf1(tmp_path):
    done = subprocess.run(
        [sys.executable, HERE / "export_from_tf1.py", tmp_path],
        stdout=subprocess.PIPE, text=True, check=True,
    )
    exports, predicted = json.loads(done.stdout.splitlines()[-1])
    for export in exports:
        assert np.shape(export["embedding"]) == (4, 2)
        assert {"VariableV2", "Enter", "Merge"} <= set(export["types"])
        assert not {"VarHandleOp", "While", "StatelessWhile"} & set(export["types"])
        for serve in (load_and_serve.serve_v1, load_and_serve.serve_v2):
            answers = serve(export["folder"], serialized_examples(tf))
            check(load_and_serve.plain(answers), predicted)
