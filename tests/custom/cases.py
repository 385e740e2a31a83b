"""Scaffolds, savers, summaries, metrics and values of other checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tests.custom.common import case, made, ones, state, v1, values
from tests.fidelity import observe

# Scaffolds and savers.


@case
def scaffold_initializes(estimator, folder):
    """init_op with a feed, then init_fn; local variables in an op of the model's own."""
    seen = []

    def extend(w, y, **_):
        given = v1.placeholder(tf.float32, [2, 1])
        count = v1.get_local_variable("count", initializer=5.0)
        more = v1.get_variable("more", initializer=0.0)

        def init_fn(scaffold, session):
            seen.append(["init_fn", session.run(w).tolist()])
            more.load(7.0, session)

        def check(session):
            return session.run([w, more])

        with tf.control_dependencies([v1.local_variables_initializer()]):
            counted = v1.assign(count, 6.0).op
        with tf.control_dependencies([v1.global_variables_initializer()]):
            fed = v1.assign(w, given).op
        scaffold = v1.train.Scaffold(
            init_op=fed,
            init_feed_dict={given: [[3.0], [4.0]]},
            init_fn=init_fn,
            local_init_op=counted,
        )
        return {
            "scaffold": scaffold,
            "eval_metric_ops": {"count": (count.read_value(), tf.identity(count))},
        }

    est = made(estimator, folder, extend)
    est.train(ones(), steps=1)
    first, seen_before = values(f"{folder}/model.ckpt-0"), list(seen)
    est.train(ones(), steps=1)  # restores: nothing is initialized
    return [first, seen_before, len(seen), observe.plain(est.evaluate(ones(2)))]


@case
def scaffold_copies(estimator, folder):
    """A scaffold made from another takes over what it does not say itself."""

    def extend(w, **_):
        first = v1.train.Scaffold(
            init_fn=lambda scaffold, session: w.load([[8.0], [8.0]], session),
            saver=v1.train.Saver({"renamed": w, "global_step": v1.train.get_global_step()}),
        )
        return {"scaffold": v1.train.Scaffold(copy_from_scaffold=first)}

    est = made(estimator, folder, extend)
    est.train(ones(), steps=2)
    return [values(f"{folder}/model.ckpt-0"), sorted(values(est.latest_checkpoint()))]


@case
def scaffold_summary_op(estimator, folder):
    """The scaffold's summary op alone is written."""

    def extend(loss, mode, **_):
        v1.summary.scalar("collected", loss)
        return {"scaffold": v1.train.Scaffold(summary_op=v1.summary.scalar("own", 2 * loss))}

    est = made(estimator, folder, extend, save_summary_steps=2, log_step_count_steps=None)
    est.train(ones(), steps=5)
    return observe.events(v1, folder)


@case
def savers_of_the_model(estimator, folder):
    """max_to_keep, a list of variables, and several files for a checkpoint."""
    found = {}
    for name, settings in {
        "two kept": {"max_to_keep": 2},
        "sharded": {"sharded": True, "max_to_keep": 1},
        "every hour": {"max_to_keep": 1, "keep_checkpoint_every_n_hours": 1e-9},
        "all kept": {"max_to_keep": 0},
    }.items():

        def extend(w, settings=settings, **_):
            kept = [w, v1.train.get_global_step()]
            return {"scaffold": v1.train.Scaffold(saver=v1.train.Saver(kept, **settings))}

        est = made(estimator, folder / name, extend, save_checkpoints_steps=3)
        est.train(ones(), steps=10)
        est.train(ones(), steps=4)
        files = [file for file in observe.files(folder / name) if "tfevents" not in file]
        found[name] = [files, state(folder / name), sorted(values(est.latest_checkpoint()))]
    return found


@case
def checkpoints_of_the_configuration(estimator, folder):
    settings = {
        "kept by hours": {"keep_checkpoint_max": 1, "keep_checkpoint_every_n_hours": 1e-9},
        "three kept": {"keep_checkpoint_max": 3},
        "without graph": {"keep_checkpoint_max": 1, "checkpoint_save_graph_def": False},
    }
    found = {}
    for name, config in settings.items():
        est = made(estimator, folder / name, lambda **_: {}, save_checkpoints_steps=3, **config)
        est.train(ones(), steps=10)
        files = [file for file in observe.files(folder / name) if "tfevents" not in file]
        found[name] = [files, state(folder / name)]
    return found


# Summaries.


@case
def summaries_of_all_kinds(estimator, folder):
    def extend(y, loss, **_):  # not w: whether it is read before the step is left to chance
        v1.summary.scalar("scalar", 3 * loss)
        v1.summary.histogram("histogram", y)
        v1.summary.image("image", tf.ones([2, 3, 3, 1]) * loss, max_outputs=2)
        v1.summary.audio("audio", tf.ones([1, 40, 1]) * 0.5, sample_rate=8000)
        v1.summary.text("text", tf.strings.join(["y ", tf.strings.as_string(y[0, 0], 3)]))
        v1.summary.tensor_summary("tensor", y)
        return {}

    est = made(estimator, folder, extend, save_summary_steps=3, log_step_count_steps=None)
    est.train(ones(), steps=8)
    est.evaluate(ones(2))
    return [observe.events(v1, folder), observe.events(v1, folder / "eval")]


@case
def summaries_of_tensorflow_2(estimator, folder):
    """A writer of TF2 inside a model_fn, opened by a hook, written with each step."""

    class Opens(v1.train.SessionRunHook):
        def __init__(self, writer):
            self._init, self._flush = writer.init(), writer.flush()

        def after_create_session(self, session, coord):
            session.run(self._init)

        def end(self, session):
            session.run(self._flush)

    def extend(loss, **_):
        step = v1.train.get_global_step()
        writer = tf.summary.create_file_writer(str(folder / "own"))
        with writer.as_default(step), tf.summary.record_if(tf.equal(step % 2, 0)):
            tf.summary.write("loss", loss)  # what scalar() and the like call
            tf.summary.write("shown", [1.0, 2.0])
        with tf.control_dependencies(v1.summary.all_v2_summary_ops()):
            return {
                "train_op": v1.assign_add(step, 1),
                "training_hooks": [Opens(writer)],
            }

    made(estimator, folder, extend).train(ones(), steps=5)
    return sorted([step, tag] for step, tag, _ in observe.events(v1, folder / "own"))


# Metrics.


def all_metrics(labels: Any, scores: Any, ids: Any, k_scores: Any) -> dict[str, Any]:
    """Every function of tf.compat.v1.metrics."""
    m, flags = v1.metrics, scores > 0.5
    marks = [0.25, 0.75]
    k_labels = tf.cast(tf.expand_dims(ids, 1), tf.int64)
    best = tf.math.top_k(k_scores, 2).indices
    found = {
        "mean": m.mean(scores),
        "mean_tensor": m.mean_tensor(tf.stack([scores[0], scores[0]])),
        "accuracy": m.accuracy(labels, flags),
        "auc": m.auc(labels, scores),
        "mean_iou": m.mean_iou(ids, tf.argmax(k_scores, 1), 3),
        "mean_per_class_accuracy": m.mean_per_class_accuracy(ids, tf.argmax(k_scores, 1), 3),
        "mean_cosine_distance": m.mean_cosine_distance(
            k_scores, tf.nn.l2_normalize(k_scores, 1), 1
        ),
        "mean_relative_error": m.mean_relative_error(scores + 1, scores, scores + 2),
        "percentage_below": m.percentage_below(scores, 0.5),
        "sensitivity_at_specificity": m.sensitivity_at_specificity(labels, scores, 0.5),
        "specificity_at_sensitivity": m.specificity_at_sensitivity(labels, scores, 0.5),
        "average_precision_at_k": m.average_precision_at_k(k_labels, k_scores, 2),
        "sparse_average_precision_at_k": m.sparse_average_precision_at_k(k_labels, k_scores, 2),
        "precision_at_k": m.precision_at_k(k_labels, k_scores, 2),
        "sparse_precision_at_k": m.sparse_precision_at_k(k_labels, k_scores, 2),
        "recall_at_k": m.recall_at_k(k_labels, k_scores, 2),
        "precision_at_top_k": m.precision_at_top_k(k_labels, tf.cast(best, tf.int64)),
        "recall_at_top_k": m.recall_at_top_k(k_labels, tf.cast(best, tf.int64)),
    }
    for name in ("mean_absolute_error", "mean_squared_error", "root_mean_squared_error"):
        found[name] = getattr(m, name)(tf.cast(labels, tf.float32), scores)
    for name in ("precision", "recall"):
        found[name] = getattr(m, name)(labels, flags)
        found[f"{name}_at_thresholds"] = getattr(m, f"{name}_at_thresholds")(labels, scores, marks)
    for name in ("true_positives", "true_negatives", "false_positives", "false_negatives"):
        found[name] = getattr(m, name)(labels, flags)
        found[f"{name}_at_thresholds"] = getattr(m, f"{name}_at_thresholds")(labels, scores, marks)
    return found


def scored(count: int = 5):
    random = np.random.RandomState(3)
    data = {
        "scores": random.rand(count, 8).astype(np.float32),
        "labels": random.rand(count, 8) > 0.5,
        "ids": random.randint(0, 3, [count, 8]).astype(np.int32),
        "k_scores": random.rand(count, 8, 3).astype(np.float32),
    }
    return lambda: tf.data.Dataset.from_tensor_slices(data)


@case
def metrics_of_tensorflow_1(estimator, folder):
    def model_fn(features, labels, mode):
        metrics = all_metrics(
            features["labels"], features["scores"], features["ids"], features["k_scores"]
        )
        missing = {name for name in dir(v1.metrics) if not name.startswith("_")} - metrics.keys()
        assert not missing, missing
        return estimator.EstimatorSpec(mode, loss=tf.constant(1.0), eval_metric_ops=metrics)

    est = estimator.Estimator(model_fn, str(folder))
    return [observe.plain(est.evaluate(scored())), observe.plain(est.evaluate(scored(), steps=2))]


@case
def metrics_of_other_kinds(estimator, folder):
    """Strings, several values, an image; and objects of Keras 2."""

    def model_fn(features, labels, mode):
        scores = features["scores"]
        last = v1.get_local_variable("last", initializer="nothing")
        total, update = v1.metrics.mean(scores)
        image = v1.summary.image("picture", tf.reshape(tf.ones([8]) * total, [1, 2, 4, 1]))
        keras = keras_2().metrics
        objects = {"keras_mean": keras.Mean(), "keras_auc": keras.AUC(num_thresholds=11)}
        objects["keras_mean"].update_state(scores)
        objects["keras_auc"].update_state(features["labels"], scores)
        return estimator.EstimatorSpec(
            mode,
            loss=tf.reduce_mean(scores),
            eval_metric_ops={
                "text": (last.read_value(), v1.assign(last, tf.strings.as_string(scores[0]))),
                "pair": ((total, 2.0 * total), update),
                "image": (image, tf.no_op()),
                **objects,
            },
        )

    results = estimator.Estimator(model_fn, str(folder)).evaluate(scored())
    results["image"] = len(v1.Summary.FromString(results["image"]).value)
    return [observe.plain(results), observe.events(v1, folder / "eval")]


def keras_2() -> Any:
    """Keras 2, wherever it lives."""
    if tf.__version__.startswith("2.15"):
        return tf.keras
    import tf_keras

    return tf_keras


@case
def metrics_added(estimator, folder):
    """add_metrics, with each of its arguments, over metrics of the model's own."""

    def add(features, labels, predictions, config):
        return {
            "error": v1.metrics.mean_absolute_error(labels, predictions["y"]),
            "replaced": v1.metrics.mean(features),
            "seed": v1.metrics.mean(float(config.tf_random_seed)),
        }

    def extend(w, **_):
        return {"eval_metric_ops": {"weight": v1.metrics.mean(w), "replaced": v1.metrics.mean(w)}}

    est = made(estimator, folder, extend)
    added = estimator.add_metrics(est, add)
    added.train(ones(), steps=3)
    results = observe.plain(added.evaluate(ones(2)))
    return [results, observe.plain(est.evaluate(ones(2))), added.model_dir == est.model_dir]


# Values from other checkpoints.


@case
def init_from_checkpoint(estimator, folder):
    """By scope, by name, by variable, by list of parts, and into partitioned variables."""

    def old_fn(features, labels, mode):
        for number, name in enumerate(("a", "b", "scope/a", "scope/b")):
            v1.get_variable(name, initializer=np.arange(6.0, dtype=np.float32) + 10 * number)
        step = v1.train.get_global_step()
        return estimator.EstimatorSpec(
            mode, loss=tf.constant(0.0), train_op=v1.assign_add(step, 1)
        )

    old = estimator.Estimator(old_fn, str(folder / "old")).train(ones(), steps=1)

    def result(name: str, make: Callable[[], dict[str, Any]], path: str = old.model_dir) -> Any:
        def model_fn(features, labels, mode):
            v1.train.init_from_checkpoint(path, make())
            return old_fn_step(mode)

        def old_fn_step(mode):
            step = v1.train.get_global_step()
            return estimator.EstimatorSpec(
                mode, loss=tf.constant(0.0), train_op=v1.assign_add(step, 1)
            )

        est = estimator.Estimator(model_fn, str(folder / name)).train(ones(), steps=1)
        return values(est.latest_checkpoint())

    def variable(name: str, **more: Any) -> Any:
        return v1.get_variable(name, [6], initializer=v1.zeros_initializer(), **more)

    def everything():
        variable("a"), variable("scope/b"), variable("new/a")
        return {"a": "a", "scope/": "scope/"}

    def renamed_scope():
        variable("new/a"), variable("new/b")
        return {"scope/": "new/"}

    def whole():
        variable("new/a"), variable("new/scope/b")
        return {"/": "new/"}

    def parts():
        return variable("parts", partitioner=v1.fixed_size_partitioner(3))

    return {
        "everything": result("everything", everything),
        "scope": result("scope", renamed_scope),
        "whole": result("whole", whole),
        "variable": result("variable", lambda: {"b": variable("x")}),
        "parts": result("parts", lambda: {"b": list(parts())}),
        "by name": result("by name", lambda: (parts(), {"b": "parts"})[1]),
        "one file": result(
            "one file", lambda: {"b": variable("x")}, f"{old.model_dir}/model.ckpt-0"
        ),
    }
