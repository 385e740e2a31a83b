"""TPUEstimator where there is no TPU."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat.v1 import estimator

v1 = tf.compat.v1
tpu = estimator.tpu
ROWS = 72


def input_fn(params):
    x = np.linspace(0.0, 1.0, ROWS, dtype=np.float32).reshape(-1, 1)
    data = tf.data.Dataset.from_tensor_slices(({"x": x}, 2 * x))
    return data.batch(params["batch_size"], drop_remainder=True)


def endless(params):
    return input_fn(params).repeat()


def line(spec=tpu.TPUEstimatorSpec, seen=None, optimizer=None, **more):
    """A model_fn of y = w x; `more` are functions from its tensors to fields of the spec."""

    def model_fn(features, labels, mode, params):
        if seen is not None:
            seen.append((mode, dict(params), features["x"].shape[0]))
        weight = v1.get_variable("w", [1, 1], initializer=v1.zeros_initializer())
        y = tf.matmul(features["x"], weight)
        fields = {"predictions": {"y": y}}
        if mode != estimator.ModeKeys.PREDICT:
            fields["loss"] = v1.losses.mean_squared_error(labels, y)
            chosen = optimizer() if optimizer else v1.train.GradientDescentOptimizer(0.5)
            fields["train_op"] = chosen.minimize(fields["loss"], v1.train.get_global_step())
            fields.update({name: make(fields, labels) for name, make in more.items()})
        return spec(mode, **fields)

    return model_fn


def make(model_fn=None, model_dir=None, loop=2, log_steps=100, **settings):
    config = tpu.RunConfig(
        model_dir=model_dir and str(model_dir), log_step_count_steps=log_steps,
        tf_random_seed=1, tpu_config=tpu.TPUConfig(iterations_per_loop=loop),
    )
    usual = {
        "use_tpu": False, "train_batch_size": 8, "eval_batch_size": 4, "predict_batch_size": 3,
    }
    return tpu.TPUEstimator(model_fn or line(), config=config, **{**usual, **settings})


def receiver():
    x = v1.placeholder(tf.float32, [None, 1])
    return estimator.export.ServingInputReceiver({"x": x}, {"x": x})


def test_params_by_mode(tmp_path):
    seen, read = [], []

    def reading(params, mode, config):
        assert isinstance(config, tpu.RunConfig)
        read.append((mode, dict(params)))
        return input_fn(params)

    params = {"rate": 1}
    est = make(line(seen=seen), tmp_path, params=params)
    est.train(reading, steps=1)
    est.evaluate(reading, steps=1)
    assert len(list(est.predict(reading))) == ROWS
    est.export_saved_model(str(tmp_path / "export"), receiver)
    sizes = {"train": 8, "eval": 4, "infer": 3}
    assert read == [(mode, {"rate": 1, "batch_size": size}) for mode, size in sizes.items()]
    assert seen == [
        *(
            (mode, {"rate": 1, "batch_size": size, "use_tpu": False}, size)
            for mode, size in sizes.items()
        ),
        ("infer", {"rate": 1, "use_tpu": False}, None),
    ]
    assert params == est.params == {"rate": 1}


class HParams:
    """As in `tf.contrib.training`."""

    def __init__(self, **values):
        vars(self).update(values)

    def __contains__(self, name):
        return hasattr(self, name)

    def add_hparam(self, name, value):
        assert name not in self
        setattr(self, name, value)


def test_params_that_are_no_dict(tmp_path):
    def model_fn(features, labels, mode, params):
        assert (params.rate, params.batch_size, params.use_tpu) == (1, 8, False)
        return line()(features, labels, mode, {})

    est = make(model_fn, tmp_path, params=HParams(rate=1))
    est.train(lambda params: input_fn({"batch_size": params.batch_size}), steps=2)
    assert est.get_variable_value("global_step") == 2


@pytest.mark.parametrize("spec", [tpu.TPUEstimatorSpec, estimator.EstimatorSpec])
def test_trains_like_an_estimator(spec, tmp_path):
    est = make(line(spec), tmp_path / "a").train(endless, max_steps=30)
    plain = estimator.Estimator(
        line(estimator.EstimatorSpec), str(tmp_path / "b"), params={"batch_size": 8}
    ).train(endless, max_steps=30)
    assert est.get_variable_value("w") == plain.get_variable_value("w") != 0


def accumulating(optimizer):
    """Applies gradients every other step, in a branch."""

    class Accumulating:
        def minimize(self, loss, step):
            gradients = optimizer.compute_gradients(loss)
            apply = tf.cond(
                tf.equal(step % 2, 1),
                lambda: tf.group(optimizer.apply_gradients(gradients)),
                lambda: tf.no_op(),
            )
            with tf.control_dependencies([apply]):
                return v1.assign_add(step, 1)

    return Accumulating()


@pytest.mark.parametrize(
    "around", [lambda optimizer: optimizer, accumulating], ids=["at the top", "in a branch"]
)
@pytest.mark.parametrize("use_tpu", [False, True])
def test_cross_shard_optimizer_sums_over_one_replica(around, use_tpu, tmp_path):
    def plain():
        return v1.train.GradientDescentOptimizer(0.5)

    def cross_shard():
        return v1.tpu.CrossShardOptimizer(plain())

    alone = make(line(optimizer=lambda: around(plain())), tmp_path / "a").train(endless, steps=20)
    est = make(line(optimizer=lambda: around(cross_shard())), tmp_path / "b", use_tpu=use_tpu)
    est.train(endless, steps=20)
    assert est.get_variable_value("w") == alone.get_variable_value("w") != 0


def test_bfloat16_scope(tmp_path):
    def model_fn(features, labels, mode, params):
        with v1.tpu.bfloat16_scope():
            weight = v1.get_variable("w", [1, 1], tf.bfloat16, v1.zeros_initializer())
            y = tf.matmul(tf.cast(features["x"], tf.bfloat16), weight)
        assert y.dtype == tf.bfloat16
        loss = v1.losses.mean_squared_error(labels, tf.cast(y, tf.float32))
        train_op = v1.train.GradientDescentOptimizer(0.5).minimize(
            loss, v1.train.get_global_step()
        )
        return tpu.TPUEstimatorSpec(mode, loss=loss, train_op=train_op)

    est = make(model_fn, tmp_path).train(endless, steps=60)
    assert est.get_variable_value("w").dtype == np.float32
    assert est.get_variable_value("w") == pytest.approx(2.0, abs=0.05)


def test_metrics_and_host_call_in_evaluation(tmp_path):
    def host_call(fields, labels):
        def write(loss, step):
            writer = tf.summary.create_file_writer(str(tmp_path / "host"))
            with writer.as_default(step=step[0]):
                tf.summary.write("loss", loss[0])
            return v1.summary.all_v2_summary_ops()

        step = v1.train.get_global_step()
        return write, [tf.reshape(fields["loss"], [1]), tf.reshape(step, [1])]

    def metrics(fields, labels):
        tensors = {"labels": labels, "predictions": fields["predictions"]["y"]}
        return lambda labels, predictions: {
            "error": v1.metrics.mean_absolute_error(labels, predictions)
        }, tensors

    est = make(line(eval_metrics=metrics, host_call=host_call), tmp_path / "model")
    results = est.evaluate(input_fn, steps=3)
    x = np.linspace(0.0, 1.0, ROWS)[:12]
    assert results["error"] == pytest.approx((2 * x).mean(), rel=1e-5)
    (events,) = (tmp_path / "host").iterdir()
    losses = [
        float(tf.make_ndarray(value.tensor))
        for event in v1.train.summary_iterator(str(events)) for value in event.summary.value
    ]
    expected = [((2 * batch) ** 2).mean() for batch in np.split(x, 3)]
    assert losses == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("loop", "log_steps", "expected"),
    [(2, 100, [51, 101]), (30, 100, list(range(5, 104, 4))), (7, None, []), ("1h", 10, [])],
)
def test_speed_is_logged_as_if_after_loops(loop, log_steps, expected, tmp_path):
    est = make(model_dir=tmp_path, loop=loop, log_steps=log_steps).train(endless, steps=103)
    steps = {"examples/sec": [], "global_step/sec": []}
    (events,) = tmp_path.glob("*tfevents*")
    for event in v1.train.summary_iterator(str(events)):
        for value in event.summary.value:
            steps.get(value.tag, []).append(event.step)
    assert steps == {"examples/sec": expected, "global_step/sec": expected}
    assert est.config.log_step_count_steps is None  # as in the original


def test_warm_start(tmp_path):
    first = make(model_dir=tmp_path / "a").train(endless, steps=20)
    second = make(model_dir=tmp_path / "b", warm_start_from=first.model_dir)
    assert second.evaluate(input_fn)["loss"] == first.evaluate(input_fn)["loss"]


@pytest.mark.parametrize("flags", [{}, {"export_to_tpu": False}, {"export_to_cpu": False}])
def test_exports_for_cpus(flags, tmp_path):
    est = make(model_dir=tmp_path, **flags).train(endless, steps=20)
    export_dir = est.export_saved_model(str(tmp_path / "export"), receiver)
    served = tf.saved_model.load(export_dir.decode()).signatures["serving_default"]
    found = served(x=tf.constant([[1.0]]))["y"]
    np.testing.assert_allclose(found, est.get_variable_value("w"))


def test_export_for_nothing(tmp_path):
    est = make(model_dir=tmp_path, export_to_tpu=False, export_to_cpu=False)
    est.train(endless, steps=1)
    with pytest.raises(ValueError, match="One of export_to_cpu and export_to_tpu must be true"):
        est.export_saved_model(str(tmp_path / "export"), receiver)
    assert not list((tmp_path / "export").iterdir())


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        (dict(use_tpu=True, train_batch_size=None), ValueError, "`train_batch_size` cannot be"),
        (dict(use_tpu=True, train_batch_size=1.0), TypeError, "train_batch_size must be int"),
        (dict(use_tpu=True, eval_batch_size=0), ValueError, "eval_batch_size must be positive"),
        (dict(params={"batch_size": 1}), ValueError, "are reserved keys but existed in params"),
        (dict(params=3), TypeError, "params must be a dict, got 3"),
        (dict(embedding_config_spec=3), TypeError, "embedding_config_spec must be"),
        (dict(export_saved_model_api_version=7), ValueError, "should be 1 or 2; got 7"),
    ],
)
def test_arguments_refused(settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)


def test_a_plain_run_config_is_refused():
    with pytest.raises(ValueError, match="`config` must be provided with type"):
        tpu.TPUEstimator(line(), config=estimator.RunConfig(), train_batch_size=8)


@pytest.mark.parametrize(
    ("model_fn", "read", "message"),
    [
        (line(), lambda: input_fn({"batch_size": 8}), "input_fn.*does not include params"),
        (lambda features, labels, mode: None, input_fn, "model_fn.*does not include params"),
        (lambda features, labels, params: 3, input_fn, "should return an EstimatorSpec"),
    ],
)
def test_functions_refused(model_fn, read, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        make(model_fn, tmp_path).train(read, steps=1)


def test_methods_stay_as_they_are():
    class Subclass(tpu.TPUEstimator):
        def train(self, *args, **kwargs):
            return self

    with pytest.raises(ValueError, match="cannot override members of Estimator.*train"):
        Subclass(line(), config=tpu.RunConfig(), use_tpu=False)
