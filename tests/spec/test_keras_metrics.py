"""Metric objects of both Keras as eval_metric_ops and in EvalOutput."""

from __future__ import annotations

import importlib

import pytest
import tensorflow as tf

from tfspec.spec import EstimatorSpec, EvalOutput

v1 = tf.compat.v1


@pytest.fixture(params=["tf_keras", "keras"])
def keras(request):
    return importlib.import_module(request.param)


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def evaluated(batches, spec, feed):
    """The metrics after an update for each batch."""
    values = {name: pair[0] for name, pair in spec.eval_metric_ops.items()}
    updates = {name: pair[1] for name, pair in spec.eval_metric_ops.items()}
    with v1.Session() as session:
        session.run(v1.local_variables_initializer())
        for batch in batches:
            session.run(updates, {feed: batch})
        return session.run(values)


def eval_spec(metrics):
    return EstimatorSpec("eval", loss=tf.constant(1.0), eval_metric_ops=metrics)


def test_metrics_become_pairs_of_graph_tensors(keras, graph):
    x = v1.placeholder(tf.float32, [None])
    mean, accuracy = keras.metrics.Mean(), keras.metrics.BinaryAccuracy()
    mean.update_state(x)
    accuracy.update_state(tf.cast(x > 0.5, tf.float32), x)
    given = {"mean": mean, "accuracy": accuracy, "pair": v1.metrics.mean(x)}
    spec = eval_spec(given)
    assert given["mean"] is mean
    assert all(isinstance(pair, tuple) for pair in spec.eval_metric_ops.values())
    result = evaluated([[1.0, 2.0], [6.0]], spec, x)
    assert result == pytest.approx({"mean": 3.0, "accuracy": 1.0, "pair": 3.0})


def test_variables_are_local_and_of_metrics_once(keras, graph):
    weight = v1.get_variable("weight", [])
    metric = keras.metrics.Mean()
    metric.update_state(tf.constant(1.0))
    for _ in range(2):
        eval_spec({"m": metric})
        assert v1.global_variables() == [weight]
        names = [v.op.name.split("/")[-1] for v in v1.local_variables()]
        assert names == ["total", "count"]
        assert v1.get_collection(v1.GraphKeys.METRIC_VARIABLES) == v1.local_variables()


def test_a_refused_spec_leaves_the_collections_alone(keras, graph):
    metric = keras.metrics.Mean()
    metric.update_state(tf.constant(1.0))
    before = list(v1.global_variables())
    with pytest.raises(TypeError, match="scaffold must be"):
        EstimatorSpec("eval", loss=tf.ones([]), eval_metric_ops={"m": metric}, scaffold="none")
    assert v1.global_variables() == before
    assert v1.local_variables() == []


def test_needs_an_update(keras, graph):
    metric = keras.metrics.Mean(name="score")
    with pytest.raises(ValueError, match=r'Please call update_state\(...\) on the "score" metric'):
        eval_spec({"m": metric})
    with pytest.raises(ValueError, match=r"Please call update_state\(...\)"):
        EvalOutput(metrics=metric)


def test_metric_of_another_graph(keras):
    with tf.Graph().as_default():
        metric = keras.metrics.Mean()
        metric.update_state(tf.constant(1.0))
    with tf.Graph().as_default() as graph:
        with pytest.raises(ValueError, match="must be from the default graph"):
            eval_spec({"m": metric})
        assert [op.type for op in graph.get_operations()] == ["Const"]  # the loss
    with pytest.raises(ValueError, match="must be from the default graph"):
        eval_spec({"m": metric})


def test_outside_of_graphs_the_result_can_be_called(keras):
    metric = keras.metrics.Mean()
    metric.update_state(2.0)
    value, update = eval_spec({"m": metric}).eval_metric_ops["m"]
    metric.update_state(4.0)
    assert float(value()) == 3.0
    assert update is None


def test_custom_metric_with_a_dict_of_results(keras, graph):
    class Extremes(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="extremes")
            self.low = self.add_weight(name="low", shape=(), initializer="zeros")
            self.high = self.add_weight(name="high", shape=(), initializer="zeros")

        def update_state(self, x):
            self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
            self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

        def result(self):
            return {"low": self.low, "high": self.high}

    x = v1.placeholder(tf.float32, [None])
    metric = Extremes()
    metric.update_state(x)
    assert evaluated([[1.0, -3.0], [5.0]], eval_spec({"m": metric}), x) == {
        "m": {"low": -3.0, "high": 5.0}
    }


def test_assignments_of_an_update_keep_their_order(keras, graph):
    class RunningMean(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="running_mean")
            self.count = self.add_weight(name="count", shape=(), initializer="zeros")
            self.mean = self.add_weight(name="mean", shape=(), initializer="zeros")

        def update_state(self, x):
            self.count.assign(self.count + 1.0)
            self.mean.assign(self.mean + (x - self.mean) / self.count)

        def result(self):
            return self.mean + 0.0

    x = v1.placeholder(tf.float32, [])
    metric = RunningMean()
    metric.update_state(x)
    assert evaluated([1.0, 3.0, 8.0], eval_spec({"m": metric}), x) == {"m": 4.0}


def test_several_updates(keras, graph):
    """Keras 2 metrics take the first update alone, as in tf.estimator; Keras 3 metrics take all."""
    x = v1.placeholder(tf.float32, [])
    metric = keras.metrics.Mean()
    metric.update_state(x)
    metric.update_state(x + 2.0)
    expected = 2.0 if hasattr(metric, "updates") else 3.0
    assert evaluated([1.0, 3.0], eval_spec({"m": metric}), x) == {"m": expected}


def test_reading_a_result_between_updates_updates_nothing(keras, graph):
    metric = keras.metrics.Sum()
    metric.update_state(tf.constant(1.0))
    between = metric.result()
    metric.update_state(tf.constant(2.0))
    value, update = eval_spec({"m": metric}).eval_metric_ops["m"]
    with v1.Session() as session:
        session.run(v1.local_variables_initializer())
        assert [session.run(between), session.run(value)] == [0.0, 0.0]
        session.run(update)
        assert session.run(between) == session.run(value) > 0.0


def test_exported_metric(keras, graph):
    metric = keras.metrics.Mean()
    metric.update_state(tf.constant([1.0, 4.0]))
    eval_spec({"mean": metric})  # makes the variables local
    tensors = EvalOutput(metrics={"mean": metric}).metrics
    assert list(tensors) == ["metrics/mean/value", "metrics/mean/update_op"]
    with v1.Session() as session:
        session.run(v1.local_variables_initializer())
        session.run(tensors["metrics/mean/update_op"])
        assert session.run(tensors["metrics/mean/value"]) == 2.5
