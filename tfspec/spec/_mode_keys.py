"""What a graph is built for, and the keys that go with it."""

from __future__ import annotations


class ModeKeys:
    """The value of a `model_fn`'s `mode` argument: what the graph is built for.

    `TRAIN` for `train`, `EVAL` for `evaluate`, `PREDICT` for `predict` and for exports that serve.
    Behaviour: tf.estimator 2.15.
    """

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


# Keys of the results of `evaluate`: the loss per example, averaged over all batches, and
# what canned heads report in addition, the mean of it over all examples.
LOSS_METRIC_KEY = "loss"
AVERAGE_LOSS_METRIC_KEY = "average_loss"
