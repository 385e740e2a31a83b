"""Programs that do what hardly any other does, but that worked."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import numpy as np
import tensorflow as tf

from tests.custom.common import case, made, ones, state, v1, values
from tests.fidelity import observe

train = v1.train


@case
def hooks_that_run_the_session(estimator, folder):
    """A learning rate that a hook assigns, values that it reads, ops that it adds in begin."""

    class Decays(train.SessionRunHook):
        def __init__(self):
            self.seen: list[Any] = []

        def begin(self):
            graph = v1.get_default_graph()
            (self.rate,) = graph.get_collection("rate")
            self.new = v1.placeholder(tf.float32, [], name="new_rate")
            self.assign = self.rate.assign(self.new)
            self.norm = tf.norm(v1.trainable_variables()[0])

        def after_create_session(self, session, coord):
            self.seen.append(["created", observe.plain(session.run([self.rate, self.norm]))])
            session.run(self.assign, {self.new: 0.05})

        def before_run(self, run_context):
            step = run_context.session.run(train.get_global_step())
            asked = [op.name for op in run_context.original_args.fetches[:1]]
            self.seen.append(["before", int(step), asked])
            return train.SessionRunArgs({"norm": self.norm, "rate": self.rate})

        def after_run(self, run_context, run_values):
            rate = float(run_values.results["rate"])
            run_context.session.run(self.assign, feed_dict={self.new: rate / 2})
            self.seen.append(["after", observe.plain(run_values.results)])
            if rate < 0.01:
                run_context.request_stop()

        def end(self, session):
            self.seen.append(["end", observe.plain(session.run(self.rate))])

    hook = Decays()

    def model_fn(features, labels, mode):
        rate = v1.get_variable("rate", initializer=0.1, trainable=False)
        v1.add_to_collection("rate", rate)
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        loss = tf.reduce_mean((tf.matmul(features, w) - labels) ** 2)
        optimizer = train.GradientDescentOptimizer(rate)
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=optimizer.minimize(loss, train.get_global_step())
        )

    est = estimator.Estimator(model_fn, str(folder))
    est.train(ones(), hooks=[hook], steps=20)
    return [hook.seen, values(est.latest_checkpoint())]


@case
def feeds(estimator, folder):
    """Keep probabilities and whole batches from hooks, in training and in evaluation."""

    def model_fn(features, labels, mode):
        scale = v1.placeholder_with_default(1.0, [], name="scale")
        rows = v1.placeholder_with_default(features, [None, 2], name="rows")
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        y = tf.matmul(rows, w) * scale
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"y": y, "rows": rows})
        loss = tf.reduce_mean((y - labels) ** 2)
        return estimator.EstimatorSpec(
            mode, loss=loss,
            train_op=train.GradientDescentOptimizer(0.01).minimize(loss, train.get_global_step()),
            eval_metric_ops={"mean": v1.metrics.mean(y)},
        )

    numbers = np.random.RandomState(0).rand(100, 3, 2).astype(np.float32)

    def from_graph(name):
        return v1.get_default_graph().get_tensor_by_name(name)

    class Alternates(train.SessionRunHook):
        def begin(self):
            self.count = 0

        def before_run(self, run_context):
            self.count += 1
            feed = {"scale:0": 0.5} if self.count % 2 else None
            return train.SessionRunArgs(None, feed_dict=feed)

    def batches(count=100):
        rows = iter(numbers[:count])
        return train.FeedFnHook(lambda: {from_graph("rows:0"): next(rows)})

    est = estimator.Estimator(model_fn, str(folder))
    est.train(ones(), hooks=[batches(), Alternates()], steps=7)
    evaluated = est.evaluate(ones(5), hooks=[batches(), Alternates()])
    predicted = est.predict(ones(2), hooks=[batches()], yield_single_examples=False)
    three = list(itertools.islice(predicted, 3))  # fed as they are, they would go on
    predicted.close()
    # What the hook feeds from ends before the input does: so does the run.
    est.train(ones(), hooks=[batches(4)])
    ended = est.evaluate(ones(), hooks=[batches(4)])
    return [values(est.latest_checkpoint()), observe.plain([evaluated, three, ended])]


@case
def estimators_within_estimators(estimator, folder):
    """A hook that trains another model; a listener that evaluates and predicts this one."""
    outer = made(estimator, folder / "outer", lambda **_: {}, save_checkpoints_steps=4)
    inner = made(estimator, folder / "inner", lambda **_: {})
    seen: list[Any] = []

    class Trains(train.SessionRunHook):
        def after_run(self, run_context, run_values):
            inner.train(ones(), steps=1)
            outside = run_context.session.run(train.get_global_step())
            seen.append(["inner", int(outside), int(inner.get_variable_value("global_step"))])

    class Evaluates(train.CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            seen.append(["saved", observe.plain(outer.evaluate(ones(1), name="inside"))])
            seen.append(observe.plain(list(outer.predict(ones(1)))))
            seen.append(int(session.run(train.get_global_step())))

    outer.train(ones(), hooks=[Trains()], steps=6, saving_listeners=[Evaluates()])
    return [seen, values(outer.latest_checkpoint()), values(inner.latest_checkpoint())]


@case
def early_stop_while_evaluating(estimator, folder):
    est = made(estimator, folder, lambda **_: {}, save_checkpoints_steps=5)
    hook = estimator.experimental.stop_if_lower_hook(
        est, "loss", 0.3, run_every_secs=None, run_every_steps=5
    )
    results, _ = estimator.train_and_evaluate(
        est, estimator.TrainSpec(ones(), 50, hooks=[hook]),
        estimator.EvalSpec(ones(1), throttle_secs=0),
    )
    return [observe.plain(results), state(folder), observe.events(v1, folder / "eval")]


@case
def any_checkpoint(estimator, folder):
    """evaluate and predict with a checkpoint_path, predict_keys, hooks, whole batches."""

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        y = tf.matmul(features, w)
        names = tf.strings.as_string(y, precision=2)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(
                mode, predictions={"y": y, "name": names, "index": tf.range(tf.shape(y)[0])}
            )
        loss = tf.reduce_mean((y - labels) ** 2)
        return estimator.EstimatorSpec(
            mode, loss=loss,
            train_op=train.GradientDescentOptimizer(0.01).minimize(loss, train.get_global_step()),
        )

    def rows():
        return tf.data.Dataset.from_tensor_slices(np.arange(10.0, dtype=np.float32)).map(
            lambda x: tf.stack([x, 1.0])
        ).batch(4)

    class Counts(train.SessionRunHook):
        count = 0

        def before_run(self, run_context):
            return train.SessionRunArgs(train.get_global_step())

        def after_run(self, run_context, run_values):
            self.count += 1 + int(run_values.results)

    config = estimator.RunConfig(save_checkpoints_steps=2, keep_checkpoint_max=10)
    est = estimator.Estimator(model_fn, str(folder), config).train(ones(), steps=6)
    found = []
    for step in (0, 2, 6):
        path, hook = f"{folder}/model.ckpt-{step}", Counts()
        found.append(observe.plain(est.evaluate(ones(3), checkpoint_path=path, hooks=[hook])))
        for more in ({}, {"predict_keys": ["y"]}, {"predict_keys": "name"},
                     {"yield_single_examples": False}):
            predicted = est.predict(rows, checkpoint_path=path, hooks=[hook], **more)
            found.append(observe.plain(list(predicted)))
        found.append(hook.count)
    return [found, observe.events(v1, folder / "eval")]


@case
def estimators_in_threads(estimator, folder):
    results: dict[int, Any] = {}

    def work(number):
        est = made(estimator, folder / str(number), lambda **_: {})
        est.train(ones(), steps=10 * (number + 1))
        results[number] = [observe.plain(est.evaluate(ones(2))),
                           observe.plain(list(est.predict(ones(1))))]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(3)]


def computed(features, shown_in):
    """Scores, a number to be driven to 3, and predictions of many kinds of ops."""
    words = features["words"]
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["a", "b", "c"], tf.range(3, dtype=tf.int64)), -1
    )
    ids = table.lookup(words.values)
    weights = v1.get_variable("weights", [4], initializer=v1.ones_initializer())
    lengths = tf.cast(words.row_lengths(), tf.float32)
    dense = tf.sparse.to_dense(features["sparse"])

    def body(step, array):
        value = tf.cond(
            tf.equal(step % 2, 0), lambda: weights[step] * 2.0, lambda: weights[step] ** 2
        )
        return step + 1, array.write(step, value)

    _, array = tf.while_loop(lambda step, _: step < 4, body, [0, tf.TensorArray(tf.float32, 4)])
    scores = array.stack()
    doubled = v1.py_func(lambda x: (2 * x).astype(np.float32), [scores], tf.float32)
    doubled.set_shape([4])
    joined = tf.strings.reduce_join(tf.strings.split(features["text"]).values, separator="-")
    hashed = tf.strings.to_hash_bucket_fast(features["text"], 10)
    shown = tf.print("ids", ids, output_stream=f"file://{shown_in}")
    check = v1.assert_less(ids, tf.constant(3, tf.int64))
    with tf.control_dependencies([shown, check]):
        total = tf.reduce_sum(scores * tf.reduce_sum(dense, 0)) + tf.reduce_mean(lengths)
    predictions = {
        "scores": tf.expand_dims(scores, 0), "doubled": tf.expand_dims(doubled, 0),
        "joined": tf.expand_dims(joined, 0), "hashed": tf.expand_dims(hashed, 0),
    }
    return ids, weights, scores, v1.Print(total, [total], "total "), predictions


def mixed_input():
    """Ragged, sparse and string features."""

    def make(index):
        number = tf.cast(index, tf.float32)
        return {
            "words": tf.ragged.constant([["a", "b"], [], ["c", "c", "x"]]),
            "sparse": tf.sparse.SparseTensor([[0, 1], [1, 3]], tf.stack([number, 1.0]), [2, 4]),
            "text": tf.strings.join([["row "], tf.strings.as_string([index]), [" of many"]]),
        }

    return tf.data.Dataset.range(6).map(make)


@case
def ops_of_every_sort(estimator, folder):
    """Loops, branches, arrays, Python, strings, tables, sparse and ragged input in one model."""
    printed = folder / "printed.txt"

    def model_fn(features, labels, mode):
        counts = v1.get_variable("counts", [3], initializer=v1.zeros_initializer())
        ids, weights, scores, total, predictions = computed(features, printed)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions=predictions)
        loss = (total - 3.0) ** 2
        optimizer = train.AdamOptimizer(0.1)
        pairs = optimizer.compute_gradients(loss, [weights])
        gradients, variables = zip(*pairs, strict=True)
        clipped, norm = tf.clip_by_global_norm(gradients, 1.0)
        clipped_pairs = zip(clipped, variables, strict=True)
        update = optimizer.apply_gradients(clipped_pairs, train.get_global_step())
        known = tf.boolean_mask(ids, ids >= 0)
        count = v1.scatter_add(counts, known, tf.ones_like(known, tf.float32))
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=tf.group(update, count),
            eval_metric_ops={"norm": v1.metrics.mean(norm),
                             "streaming": v1.metrics.mean_tensor(scores)},
        )

    est = estimator.Estimator(model_fn, config=estimator.RunConfig(str(folder / "m"), 1))
    est.train(mixed_input)
    lines = printed.read_text().splitlines()
    return [
        values(est.latest_checkpoint()), lines, observe.plain(est.evaluate(mixed_input)),
        observe.plain(list(est.predict(mixed_input))),
    ]


@case
def queues_and_local_state(estimator, folder):
    """An input_fn of queues; an accumulator of gradients, stepped every third batch."""

    def input_fn():
        x = np.arange(24.0, dtype=np.float32).reshape(12, 2) / 10
        rows, labels = v1.train.slice_input_producer([x, x.sum(1)], num_epochs=2, shuffle=False)
        return v1.train.batch([rows, labels], 4, allow_smaller_final_batch=True)

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", [2], initializer=v1.zeros_initializer())
        summed = v1.get_local_variable("summed", [2], initializer=v1.zeros_initializer())
        loss = tf.reduce_mean((tf.reduce_sum(features * w, 1) - labels) ** 2)
        if mode == estimator.ModeKeys.EVAL:
            return estimator.EstimatorSpec(mode, loss=loss)
        (gradient,) = tf.gradients(loss, w)
        step = train.get_global_step()
        with tf.control_dependencies([v1.assign_add(summed, gradient)]):
            count = v1.assign_add(step, 1)

        def apply():
            with tf.control_dependencies([w.assign_sub(0.1 * summed / 3.0)]):
                return tf.group(summed.assign(tf.zeros_like(summed)))

        update = tf.cond(tf.equal(count % 3, 0), apply, tf.no_op)
        return estimator.EstimatorSpec(mode, loss=loss, train_op=update)

    est = estimator.Estimator(model_fn, str(folder)).train(input_fn)
    return [values(est.latest_checkpoint()), observe.plain(est.evaluate(input_fn))]


@case
def params_and_subclasses(estimator, folder):
    """An Estimator of one's own, nested params, a callable object, a partial, a lambda input."""
    import functools

    class Model:
        def __init__(self, rate):
            self.rate = rate

        def __call__(self, features, labels, mode, params, config):
            w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
            y = tf.matmul(features, w) * params["scale"]["by"]
            loss = tf.reduce_mean((y - labels) ** 2)
            optimizer = train.GradientDescentOptimizer(self.rate * config.tf_random_seed)
            return estimator.EstimatorSpec(
                mode, loss=loss, train_op=optimizer.minimize(loss, train.get_global_step()),
                eval_metric_ops={"y": v1.metrics.mean(y)},
            )

    class Own(estimator.Estimator):
        def __init__(self, rate, model_dir, **more):
            super().__init__(Model(rate), model_dir, **more)

        def fitted(self, input_fn, **arguments):
            return self.train(input_fn, **arguments).evaluate(input_fn, steps=1)

    def input_fn(count, mode, params):
        return ones(count)().map(lambda x, y: (x * params["scale"]["by"], y))

    params = {"scale": {"by": 0.5}}
    est = Own(0.01, str(folder), params=params,
              config=estimator.RunConfig(tf_random_seed=2))
    params["scale"]["by"] = 100.0
    fitted = est.fitted(functools.partial(input_fn, 9), max_steps=5)
    again = est.fitted(functools.partial(input_fn, 9), max_steps=7)
    return [observe.plain(fitted), observe.plain(again), est.params,
            values(est.latest_checkpoint())]
