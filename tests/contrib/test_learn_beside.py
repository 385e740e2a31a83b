"""tf.contrib.learn: monitors, batches of files, and the methods of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import layers, learn, metrics
from tfspec.contrib.learn import monitors

v1 = tf.compat.v1
X = np.linspace(-1, 1, 40, dtype=np.float32).reshape(20, 2)
Y = (X.sum(axis=1) > 0).astype(np.int64)
ACCURACY = learn.MetricSpec(metrics.streaming_accuracy, learn.PredictionKey.CLASSES)
SPEC = {"x": tf.io.FixedLenFeature([], tf.float32), "s": tf.io.VarLenFeature(tf.string)}
NO_SHUFFLE = {"randomize_input": False, "num_epochs": 1}


@pytest.fixture
def classifier(tmp_path):
    return learn.LinearClassifier(
        learn.infer_real_valued_columns_from_input(X),
        n_classes=3,
        model_dir=str(tmp_path / "model"),
        optimizer=v1.train.GradientDescentOptimizer(0.1),
        config=learn.RunConfig(save_checkpoints_steps=10),
    )


class Noting(monitors.EveryN):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = []

    def every_n_step_end(self, step, outputs):
        self.seen.append(step)

    def every_n_post_step(self, step, session):
        self.seen.append(-step)


class WithTensors(Noting):
    def every_n_step_begin(self, step):
        return ["global_step", "global_step:0"]

    def every_n_step_end(self, step, outputs):
        assert set(outputs) == {"global_step", "global_step:0"}
        self.seen.append(step)


@pytest.mark.parametrize("kind", [Noting, WithTensors])
def test_every_n_steps(kind, classifier):
    """The steps that TensorFlow 1.15 told of."""
    monitor = kind(7, 1)
    classifier.fit(X, Y, steps=24, monitors=[monitor])
    assert monitor.seen == [1, -1, 8, -8, 15, -15, 22, -22, -24]


class Watching(monitors.BaseMonitor):
    calls: list

    def begin(self, max_steps=None):
        self.calls = ["begin"]

    def step_begin(self, step):
        self.calls.append(("begins", step))
        return []

    def step_end(self, step, output):
        self.calls.append(("ends", step, output))
        return step == 2

    def end(self):
        self.calls.append("end")


def test_a_monitor_of_ones_own(classifier):
    monitor = Watching()
    classifier.fit(X, Y, steps=9, monitors=[monitor])
    assert monitor.calls == [
        "begin", ("begins", 1), ("ends", 1, {}), ("begins", 2), ("ends", 2, {}), "end"
    ]
    assert classifier.get_variable_value("global_step") == 2


def test_validation(classifier, caplog):
    caplog.set_level("INFO", "tensorflow")
    monitor = monitors.ValidationMonitor(
        X, Y, every_n_steps=15, metrics={"mine": ACCURACY}, early_stopping_rounds=25,
        early_stopping_metric_minimize=False, check_interval_secs=0,
    )
    others = [v1.train.StopAtStepHook(last_step=1000), monitors.PrintTensor(["global_step"], 50)]
    classifier.fit(X, Y, steps=60, batch_size=20, monitors=[monitor, *others])
    # The loss falls: that of the first evaluation, of the checkpoint at step 10, is the largest.
    assert (monitor.early_stopped, monitor.best_step) == (True, 15)
    np.testing.assert_allclose(monitor.best_value, 0.7664636, rtol=1e-5)
    assert set(monitor.best_metrics) == {"accuracy", "global_step", "loss", "mine"}
    assert classifier.get_variable_value("global_step") == 45
    assert "Validation (step 30): " in caplog.text
    assert "Stopping. Best step: 15 with loss = 0.766" in caplog.text
    assert "Step 1: global_step = " in caplog.text


def test_validation_needs_data_and_a_metric_that_is_there(classifier):
    with pytest.raises(ValueError, match="Either x or input_fn should be provided."):
        monitors.ValidationMonitor()
    monitor = monitors.ValidationMonitor(
        X, Y, every_n_steps=1, early_stopping_rounds=1, early_stopping_metric="nope"
    )
    with pytest.raises(ValueError, match="Missing call to set_estimator."):
        monitor.every_n_step_end(1, {})
    with pytest.raises(ValueError, match="Metric nope missing from outputs"):
        classifier.fit(X, Y, steps=20, monitors=[monitor])


def test_stop_at_step(classifier):
    monitor = monitors.CaptureVariable("global_step:0", every_n=2)
    classifier.fit(X, Y, steps=9, monitors=[monitor, monitors.StopAtStep(num_steps=4)])
    assert sorted(monitor.values) == [1, 3]
    assert classifier.get_variable_value("global_step") == 4


def test_arrays_out(classifier):
    model = learn.SKCompat(classifier)
    assert model.fit(X, Y, batch_size=20, steps=20) is model
    found = model.predict(X)
    assert {key: value.shape for key, value in found.items()} == {
        "classes": (20,), "logits": (20, 3), "probabilities": (20, 3)
    }
    assert set(model.predict(X, outputs=["classes"])) == {"classes"}
    score = model.score(X, Y, batch_size=7, metrics={"mine": ACCURACY})
    assert score["accuracy"] == score["mine"] == np.mean(found["classes"] == Y)


def test_arrays_out_of_regressions():
    columns = learn.infer_real_valued_columns_from_input(X)
    model = learn.SKCompat(learn.LinearRegressor(columns)).fit(X, Y.astype(np.float32), steps=2)
    assert {key: value.shape for key, value in model.predict(X).items()} == {"scores": (20,)}


def one_output(features, labels):
    logits = layers.fully_connected(features, 3, None)
    loss = None if labels is None else v1.losses.sparse_softmax_cross_entropy(labels, logits)
    step = v1.train.get_global_step()
    train = None if labels is None else layers.optimize_loss(loss, step, 0.1, "SGD")
    return tf.argmax(logits, 1), loss, train


def test_arrays_out_of_a_model_fn():
    model = learn.SKCompat(learn.Estimator(one_output)).fit(X, Y, steps=2)
    assert model.predict(X).shape == (20,)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two files of five lines, and two of five examples."""
    folder = tmp_path_factory.mktemp("files")
    for number in range(2):
        (folder / f"t{number}").write_text("".join(f"{number}_{i}\n" for i in range(5)))
        with tf.io.TFRecordWriter(str(folder / f"f{number}")) as writer:
            for i in range(5):
                example = tf.train.Example()
                example.features.feature["x"].float_list.value.append(10 * number + i)
                example.features.feature["s"].bytes_list.value.append(f"v{i}".encode())
                writer.write(example.SerializeToString())
    return folder


def batches(read, most=4):
    found = []
    with tf.Graph().as_default():
        tensors = read()
        with v1.train.MonitoredSession() as session:
            while not session.should_stop() and len(found) < most:
                found.append(session.run(tensors))
    return found


def test_batches_of_lines(files):
    lines = [f"{n}_{i}".encode() for n in range(2) for i in range(5)]

    def read(**more):
        return learn.read_batch_examples(f"{files}/t*", 3, v1.TextLineReader, **more)

    found = batches(lambda: read(**NO_SHUFFLE))
    assert [batch.tolist() for batch in found] == [lines[i : i + 3] for i in (0, 3, 6, 9)]
    (endless,) = batches(lambda: read(randomize_input=False), most=1)
    assert endless.tolist() == lines[:3]
    twice = batches(lambda: read(num_epochs=2, seed=1, queue_capacity=20), most=9)
    assert sorted(np.concatenate(twice).tolist()) == sorted(2 * lines)


def test_batches_with_keys(files):
    (found,) = batches(
        lambda: learn.read_keyed_batch_examples(
            [f"{files}/t1", f"{files}/t0"], 2, v1.TextLineReader, **NO_SHUFFLE,
            parse_fn=lambda line: line + "!", read_batch_size=2,
        ),
        most=1,
    )
    assert [values.tolist() for values in found] == [
        [f"{files}/t0:1".encode(), f"{files}/t0:2".encode()], [b"0_0!", b"0_1!"]
    ]


@pytest.mark.parametrize(
    "read",
    [
        lambda files: learn.read_batch_features(files, 3, SPEC, v1.TFRecordReader, **NO_SHUFFLE),
        lambda files: learn.io.read_batch_record_features(files, 3, SPEC, **NO_SHUFFLE),
        lambda files: learn.read_keyed_batch_features(
            files, 3, SPEC, v1.TFRecordReader, **NO_SHUFFLE
        )[1],
    ],
)
def test_batches_of_features(read, files):
    found = batches(lambda: read(f"{files}/f*"))
    assert [batch["x"].tolist() for batch in found] == [
        [0, 1, 2], [3, 4, 10], [11, 12, 13], [14]
    ]
    assert found[1]["s"].values.tolist() == [b"v3", b"v4", b"v0"]


def test_batches_in_an_estimator(files):
    def read(**more):
        features = learn.read_batch_features(f"{files}/f*", 5, SPEC, v1.TFRecordReader, **more)
        return {"x": features["x"][:, None]}, tf.cast(features["x"] > 9, tf.int64)

    model = learn.LinearClassifier([layers.real_valued_column("x")])
    model.fit(input_fn=read, steps=50)
    assert model.evaluate(input_fn=lambda: read(**NO_SHUFFLE))["labels/actual_label_mean"] == 0.5


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"file_pattern": "/nowhere/*"}, "No files match /nowhere/"),
        ({"batch_size": 0}, "Invalid batch_size 0, with queue_capacity 10000."),
        ({"batch_size": 30, "queue_capacity": 20}, "Invalid batch_size 30"),
        ({"num_epochs": 0}, "Invalid num_epochs 0."),
        ({"num_threads": 0}, "Invalid num_threads 0."),
    ],
)
def test_batches_that_can_not_be(arguments, message, files):
    given = {"file_pattern": f"{files}/t*", "batch_size": 3, "reader": v1.TextLineReader}
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        learn.read_batch_examples(**{**given, **arguments})


def test_kinds_of_problems():
    kinds = ("UNSPECIFIED", "CLASSIFICATION", "LINEAR_REGRESSION", "LOGISTIC_REGRESSION")
    assert [getattr(learn.ProblemType, kind) for kind in kinds] == [0, 1, 2, 3]
