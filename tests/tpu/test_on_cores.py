"""Jobs on four cores come to what they come to on one device with the whole batch.

There is no TPU here: `emulated` stands in for its runtime, TensorFlow's TPUStrategy does the rest.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CORES = 4
LIKE_WHOLE_BATCH = (
    "momentum", "wrapped", "adam", "tensors", "PER_HOST_V2", "BROADCAST", "SLICED",
    "PER_SHARD_V1", "host_call", "scaffold", "config",
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What the jobs came to, by the number of cores."""
    folder = tmp_path_factory.mktemp("cores")
    command = [sys.executable, "-m", "tests.tpu.on_cores"]
    processes = {
        cores: subprocess.Popen(
            [*command, str(cores), str(folder / str(cores))], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=(folder / f"{cores}.log").open("w"),
        )
        for cores in (0, CORES)
    }
    found = {}
    for cores, process in processes.items():
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0, (folder / f"{cores}.log").read_text()[-3000:]
        found[cores] = json.loads(out.splitlines()[-1])
    return found


def close(value):
    return pytest.approx(value, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("job", LIKE_WHOLE_BATCH)
def test_equals_the_whole_batch(job, results):
    on_cores, whole = (results[cores][job] for cores in (CORES, 0))
    assert on_cores["variables"].keys() == whole["variables"].keys()
    for name, value in whole["variables"].items():
        assert on_cores["variables"][name] == close(value), name
    assert on_cores["metrics"]["loss"] == close(whole["metrics"]["loss"])
    assert on_cores["metrics"]["error"] == close(whole["metrics"]["error"])
    for tag, points in whole.get("events", {}).items():
        if tag != "inside":
            assert on_cores["events"][tag] == close(points), tag


@pytest.mark.parametrize("job", LIKE_WHOLE_BATCH[:-1])
def test_predicts_every_example_once(job, results):
    on_cores, whole = (results[cores][job]["predicted"] for cores in (CORES, 0))
    assert len(on_cores) == len(whole) == 21  # the second batch is filled up
    for mine, other in zip(on_cores, whole, strict=True):
        assert mine == close(other)


@pytest.mark.parametrize(
    ("job", "sizes"),
    [
        ("wrapped", {"train": 4, "eval": 4, "infer": 4}),
        ("PER_HOST_V2", {"train": 4, "eval": 4, "infer": 4}),
        ("PER_SHARD_V1", {"train": 4, "eval": 4, "infer": 4}),
        ("BROADCAST", {"train": 16, "eval": 16, "infer": 16}),
        ("SLICED", {"train": 4, "eval": 4, "infer": 4}),
    ],
)
def test_model_is_called_once_for_the_batch_of_a_core(job, sizes, results):
    expected = [[mode, size, size, True] for mode, size in sizes.items()]
    assert results[CORES][job]["seen"] == expected


def test_sums_of_gradients(results):
    on_cores, whole = (results[cores]["sum"] for cores in (CORES, 0))
    assert on_cores["variables"]["w"] == close(whole["variables"]["w"])
    assert on_cores["metrics"]["loss"] == close(whole["metrics"]["loss"] / CORES)  # their mean


def test_host_takes_the_examples_of_all_cores(results):
    assert results[CORES]["wrapped"]["metrics"]["count"] == 16
    assert results[CORES]["host_call"]["events"]["on_host"].keys() == {str(i) for i in range(10)}


def test_moving_averages_are_those_of_all_cores(results):
    on_cores, whole = (results[cores]["batch_norm"]["variables"] for cores in (CORES, 0))
    mean = "batch_normalization/moving_mean"
    assert on_cores[mean] == close(whole[mean])
    variance = "batch_normalization/moving_variance"
    assert on_cores[variance] != close(whole[variance])  # each core's own, of four examples


def test_random_numbers_are_drawn_on_the_cores(results):
    loss = results[CORES]["dropout"]["metrics"]["loss"]
    assert math.isfinite(loss)
    assert loss != close(results[CORES]["wrapped"]["metrics"]["loss"])


def test_summaries_inside_the_program_are_left_out(results):
    assert "inside" in results[0]["wrapped"]["events"]
    assert "inside" not in results[CORES]["wrapped"]["events"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("open size", "returned by input_fn must have static shape"),
        ("scalar", "should preserve batch size dimension, but got scalar"),
        ("not split", "estimator_spec used by TPU evaluation must have type `TPUEstimatorSpec`"),
        ("size", "eval batch size 17 must be divisible by number of replicas 4"),
        ("no size", "eval_batch_size in TPUEstimator constructor cannot be `None`"),
    ],
)
def test_what_a_tpu_can_not_do(name, message, results):
    assert message in results[CORES]["failures"][name]
