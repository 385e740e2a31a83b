"""What scripts did around an Estimator: iterators that hooks fill, averages, state, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tests.custom.common import case, line, logged, made, ones, state, v1, values
from tests.fidelity import observe

train = v1.train


def trained(estimator: Any, folder: Any, extend: Any, input_fn: Any = None, **more: Any) -> Any:
    """The last values, or the type of the error that training ended with."""
    est = made(estimator, folder, extend)
    try:
        est.train(input_fn or ones(), **{"steps": 10, **more})
    except Exception as error:
        return type(error).__name__
    return values(est.latest_checkpoint())


@case
def hooks_that_fill_iterators(estimator, folder):
    """Placeholders of an input_fn, fed when its hook initializes the iterator."""
    x = np.arange(20.0, dtype=np.float32).reshape(10, 2)

    class Fills(train.SessionRunHook):
        def after_create_session(self, session, coord):
            session.run(self.initializer, feed_dict=self.feeds)

    hook = Fills()

    def input_fn():
        rows, sums = v1.placeholder(tf.float32, [None, 2]), v1.placeholder(tf.float32, [None])
        dataset = tf.data.Dataset.from_tensor_slices((rows, sums)).shuffle(10, seed=3).batch(4)
        iterator = v1.data.make_initializable_iterator(dataset)
        hook.initializer = iterator.initializer
        hook.feeds = {rows: x, sums: x.sum(1)}
        features, labels = iterator.get_next()
        return features / 10.0, tf.expand_dims(labels / 10.0, 1)

    est = made(estimator, folder, lambda **_: {})
    for _ in range(2):
        est.train(input_fn, hooks=[hook])
    evaluated = est.evaluate(input_fn, hooks=[hook])
    predicted = list(est.predict(input_fn, hooks=[hook]))
    return [values(est.latest_checkpoint()), observe.plain([evaluated, predicted])]


@case
def averages_in_evaluation(estimator, folder):
    """Trained with moving averages, evaluated with the averages for the values."""

    def extend(w, loss, mode, **_):
        step = train.get_global_step()
        average = train.ExponentialMovingAverage(0.9, step)
        if mode == estimator.ModeKeys.EVAL:
            saver = train.Saver({**average.variables_to_restore([w]), "global_step": step})
            return {"scaffold": train.Scaffold(saver=saver)}
        rate = train.exponential_decay(0.05, step, 3, 0.5, staircase=True)
        v1.summary.scalar("rate", rate)
        with tf.control_dependencies([train.MomentumOptimizer(rate, 0.9).minimize(loss, step)]):
            return {"train_op": average.apply([w])}

    est = made(estimator, folder, extend, save_summary_steps=2, log_step_count_steps=None)
    est.train(ones(), steps=7)
    return [values(est.latest_checkpoint()), observe.plain(est.evaluate(ones(2))),
            observe.events(v1, folder)]


@case
def state_that_a_hook_carries(estimator, folder):
    """What a step returns is fed into the next."""

    class Carries(train.SessionRunHook):
        def begin(self):
            self.value = np.zeros([2], np.float32)
            self.norms = []

        def before_run(self, run_context):
            return train.SessionRunArgs({"state": "next_state:0"}, {"state:0": self.value})

        def after_run(self, run_context, run_values):
            self.value = run_values.results["state"]
            self.norms.append(self.value.tolist())

    def extend(w, y, labels, **_):
        carried = v1.placeholder_with_default([0.0, 0.0], [2], name="state")
        tf.tanh(carried + tf.squeeze(w) + y[0], name="next_state")
        loss = tf.reduce_mean((y + tf.reduce_sum(carried) - labels) ** 2)
        optimizer = train.AdagradOptimizer(0.1)
        return {"loss": loss, "train_op": optimizer.minimize(loss, train.get_global_step())}

    hook = Carries()
    return [trained(estimator, folder, extend, hooks=[hook]), hook.norms]


@case
def a_graph_that_hooks_extend(estimator, folder):
    """Variables, summaries and a saver's worth of ops, made in `begin`."""

    class Extends(train.SessionRunHook):
        def __init__(self, log_dir):
            self.log_dir = str(log_dir)

        def begin(self):
            self.count = v1.get_variable(
                "count", [], initializer=v1.zeros_initializer(), trainable=False
            )
            self.add = v1.assign_add(self.count, 2.0)
            self.summary = v1.summary.scalar("count_of_hook", self.count)
            self.writer = v1.summary.FileWriter(self.log_dir)

        def before_run(self, run_context):
            return train.SessionRunArgs([self.add, train.get_global_step()])

        def after_run(self, run_context, run_values):
            count, _ = run_values.results
            summary = run_context.session.run(self.summary)
            self.writer.add_summary(summary, int(count))

        def end(self, session):
            self.writer.close()

    est = made(estimator, folder / "m", lambda **_: {}, save_summary_steps=4)
    logs = [folder / "first", folder / "second"]
    est.train(ones(), hooks=[Extends(logs[0])], steps=6)
    est.train(ones(), hooks=[Extends(logs[1])], steps=2)
    return [values(est.latest_checkpoint()), *(observe.events(v1, log) for log in logs)]


@case
def ways_to_end(estimator, folder):
    """What hooks raise and request, at the third step or before the first."""

    class Ends(train.SessionRunHook):
        def __init__(self, error, where):
            self.error, self.where, self.count, self.ended = error, where, 0, []

        def _now(self, where, run_context=None):
            if where == self.where and (self.count == 3 or where == "after_create_session"):
                if self.error is not None:
                    raise self.error
                run_context.request_stop()

        def after_create_session(self, session, coord):
            self._now("after_create_session")

        def before_run(self, run_context):
            self.count += 1
            self._now("before_run", run_context)
            return train.SessionRunArgs(train.get_global_step())

        def after_run(self, run_context, run_values):
            self._now("after_run", run_context)

        def end(self, session):
            self.ended.append(int(session.run(train.get_global_step())))

    errors = {
        "stop iteration": StopIteration(), "own": KeyError("own"), "request": None,
        "out of range": tf.errors.OutOfRangeError(None, None, "over"),
        "interrupted": InterruptedError("stop"),
    }
    found = {}
    for name, error in errors.items():
        for where in ("after_create_session", "before_run", "after_run"):
            if error is None and where == "after_create_session":
                continue
            hook = Ends(error, where)
            got = trained(estimator, folder / name / where, lambda **_: {}, hooks=[hook])
            found[f"{name} {where}"] = [got, hook.count, hook.ended,
                                        state(folder / name / where)]
    return found


@case
def a_session_that_is_lost(estimator, folder):
    """A hook raises AbortedError: the session is made anew, from the last checkpoint."""
    seen: list[Any] = []

    class Loses(train.SessionRunHook):
        lost = False

        def after_create_session(self, session, coord):
            seen.append(["created", int(session.run(train.get_global_step()))])

        def before_run(self, run_context):
            return train.SessionRunArgs(train.get_global_step())

        def after_run(self, run_context, run_values):
            step = int(run_context.session.run(train.get_global_step()))
            seen.append(step)
            if step == 6 and not self.lost:
                self.lost = True
                raise tf.errors.AbortedError(None, None, "lost")

        def end(self, session):
            seen.append("end")

    est = made(estimator, folder, lambda **_: {}, save_checkpoints_steps=4)
    est.train(ones(), hooks=[Loses()], max_steps=9)
    return [seen, state(folder), values(est.latest_checkpoint())]


@case
def two_optimizers(estimator, folder):
    """A generator and a critic, with regularization losses."""

    def model_fn(features, labels, mode):
        def net(x, name, units):
            with v1.variable_scope(name, regularizer=lambda w: 0.01 * tf.reduce_sum(w**2)):
                w = v1.get_variable("w", [2, units], initializer=v1.ones_initializer())
                b = v1.get_variable("b", [units], initializer=v1.zeros_initializer())
            return tf.matmul(x, w) + b

        made_up = net(features, "generator", 2)
        with v1.variable_scope("critic"):
            real = net(features, "net", 1)
        with v1.variable_scope("critic", reuse=True):
            fake = net(made_up, "net", 1)
        penalty = v1.losses.get_regularization_loss()
        critic_loss = tf.reduce_mean(tf.nn.softplus(-real) + tf.nn.softplus(fake)) + penalty
        generator_loss = tf.reduce_mean(tf.nn.softplus(-fake))
        v1.losses.add_loss(critic_loss)

        def variables(scope):
            return v1.trainable_variables(scope)

        step = train.get_global_step()
        critic, generator = train.AdamOptimizer(0.1), train.RMSPropOptimizer(0.1)
        steps = [
            (critic, critic.compute_gradients(critic_loss, variables("critic"))),
            (generator, generator.compute_gradients(generator_loss, variables("generator"))),
        ]
        with tf.control_dependencies([g for _, pairs in steps for g, _ in pairs]):
            update = tf.group(*(optimizer.apply_gradients(pairs) for optimizer, pairs in steps))
        with tf.control_dependencies([update]):
            update = v1.assign_add(step, 1)
        return estimator.EstimatorSpec(
            mode, loss=critic_loss, train_op=update,
            eval_metric_ops={"fake": v1.metrics.mean(tf.sigmoid(fake)),
                             "total": v1.metrics.mean(v1.losses.get_total_loss())},
        )

    est = estimator.Estimator(model_fn, str(folder))
    est.train(ones(), steps=7)
    return [values(est.latest_checkpoint()), observe.plain(est.evaluate(ones(3)))]


@case
def synchronous_replicas(estimator, folder):
    """SyncReplicasOptimizer with its hook, for one worker."""

    def extend(loss, **_):
        optimizer = train.SyncReplicasOptimizer(
            train.GradientDescentOptimizer(0.01), replicas_to_aggregate=1, total_num_replicas=1
        )
        update = optimizer.minimize(loss, train.get_global_step())
        return {"train_op": update,
                "training_hooks": [optimizer.make_session_run_hook(True, num_tokens=0)]}

    return trained(estimator, folder, extend)


@case
def sessions_and_checkpoints_in_user_functions(estimator, folder):
    """A session in the input_fn, a checkpoint read in the model_fn, a graph around it all."""
    old = made(estimator, folder / "old", lambda **_: {}).train(ones(), steps=3)

    def input_fn():
        with tf.Graph().as_default(), v1.Session() as session:
            x = session.run(tf.constant([[1.0, 2.0]]) * 2.0)
        return tf.data.Dataset.from_tensors((x, [[5.0]])).repeat(4)

    def model_fn(features, labels, mode):
        value = train.load_variable(old.model_dir, "w")
        w = v1.get_variable("w", initializer=value)
        loss = tf.reduce_mean((tf.matmul(features, w) - labels) ** 2)
        optimizer = train.GradientDescentOptimizer(0.01)
        train.get_or_create_global_step()
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=optimizer.minimize(loss, train.get_global_step())
        )

    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="outside")
        est = estimator.Estimator(model_fn, str(folder / "new")).train(input_fn)
        evaluated = est.evaluate(input_fn)
        names = [op.name for op in graph.get_operations()]
    v1.reset_default_graph()
    return [values(est.latest_checkpoint()), observe.plain(evaluated), names]


@case
def steps_that_are_asked_for(estimator, folder):
    """steps and max_steps: wrong ones, none left, fewer than were taken."""
    est = made(estimator, folder, lambda **_: {})
    found = []
    for arguments in (
        {"steps": 0}, {"steps": -1}, {"max_steps": 0}, {"steps": 1, "max_steps": 2},
        {"max_steps": 4}, {"max_steps": 4}, {"max_steps": 2}, {"steps": 2}, {"max_steps": 7},
    ):
        with logged(folder) as log:
            try:
                est.train(ones(), **arguments)
                error = None
            except Exception as caught:
                error = f"{type(caught).__name__}: {caught}"
        last = est.latest_checkpoint()
        step = int(est.get_variable_value("global_step")) if last else None
        found.append([error, step, [text for text in log if "kip" in text]])
    for steps in (0, -1, 2):
        try:
            found.append(observe.plain(est.evaluate(ones(3), steps=steps)))
        except Exception as caught:
            found.append(f"{type(caught).__name__}: {caught}")
    return found


@case
def tables_that_learn(estimator, folder):
    """A mutable table that a step writes to, saved with the model and restored."""

    def extend(labels, y, mode, **_):
        table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.float32, -1.0, name="seen")
        step = train.get_global_step()
        before = table.lookup(tf.range(5, dtype=tf.int64))
        with tf.control_dependencies([before]):
            write = table.insert(step % 3, tf.reduce_sum(y))
        with tf.control_dependencies([write]):
            update = v1.assign_add(step, 1)
        return {"train_op": update,
                "eval_metric_ops": {"seen": v1.metrics.mean_tensor(before),
                                    "size": v1.metrics.mean(tf.cast(table.size(), tf.float32))}}

    est = made(estimator, folder, extend)
    est.train(ones(), steps=2)
    first = observe.plain(est.evaluate(ones(1)))
    est.train(ones(), steps=2)
    return [first, observe.plain(est.evaluate(ones(1))),
            sorted(values(est.latest_checkpoint()))]


@case
def errors_of_an_input(estimator, folder):
    """A generator that fails in the middle; a batch of another shape; numbers for strings."""

    def fails():
        yield from ([1.0, 2.0] for _ in range(3))
        raise RuntimeError("no more of it")

    def from_generator():
        rows = tf.data.Dataset.from_generator(fails, tf.float32, [2])
        return rows.map(lambda x: ([x], [[1.0]]))

    def uneven():
        sizes = tf.data.Dataset.from_tensor_slices([2, 2, 3])
        return sizes.map(lambda n: (tf.ones([1, n]), [[1.0]]))

    found = {}
    for name, input_fn in (("generator", from_generator), ("uneven", uneven)):
        found[name] = trained(estimator, folder / name, lambda **_: {}, input_fn)
        found[f"{name}, left"] = state(folder / name)
    est = estimator.Estimator(line(estimator), str(folder / "good")).train(ones(), steps=1)
    for name, use in (("evaluate", est.evaluate), ("predict", lambda i: list(est.predict(i)))):
        try:
            use(from_generator)
        except Exception as error:
            found[name] = type(error).__name__
    return found


@case
def structures(estimator, folder):
    """Nested features, labels in a dict, no labels; a loss of one element; a step that assigns."""

    def nested():
        rows = {"pair": ([[1.0]], {"deep": [[2.0]]}), "ids": [[3]]}
        return tf.data.Dataset.from_tensors((rows, {"y": [[5.0]], "z": [["text"]]})).repeat(5)

    def unlabelled():
        return nested().map(lambda features, labels: features)

    def tensors():
        rows = {"pair": (tf.ones([1, 1]), {"deep": tf.ones([1, 1])}), "ids": tf.ones([1, 1])}
        return rows, {"y": tf.ones([1, 1])}

    def model_fn(features, labels, mode):
        first, more = features["pair"]
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        y = tf.matmul(tf.concat([first, more["deep"]], 1), w)
        step = train.get_global_step()
        target = labels["y"] if labels is not None else tf.cast(features["ids"], tf.float32)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions=tf.concat([y, y], 1))
        loss = tf.reshape(tf.reduce_mean((y - target) ** 2), [1])
        (gradient,) = tf.gradients(loss, w)
        with tf.control_dependencies([w.assign_sub(0.01 * gradient)]):
            update = v1.assign_add(step, 2)
        metric = v1.metrics.mean(y)
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=update,
            eval_metric_ops={
                "one": metric, "many": ({"a": metric[0], "b": y[0, 0] * 2}, metric[1]),
            },
        )

    found = []
    for name, input_fn in (("nested", nested), ("unlabelled", unlabelled), ("tensors", tensors)):
        est = estimator.Estimator(model_fn, str(folder / name))
        est.train(input_fn, steps=3)
        predicted = [next(est.predict(input_fn))] if name != "tensors" else []
        try:
            evaluated = est.evaluate(input_fn, steps=1)
        except Exception as error:
            evaluated = type(error).__name__
        found.append([values(est.latest_checkpoint()), observe.plain([predicted, evaluated])])
    return found
