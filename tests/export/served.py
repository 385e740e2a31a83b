"""A model with everything an export has to carry: a vocabulary, loops, optimizer slots, metrics.

It is built with tfspec and, by `record.py`, with the original: so it takes both as arguments.
"""

from __future__ import annotations

from typing import Any

FEATURES = {"word": [b"a", b"c", b"zebra"], "x": [[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]]}
LABELS = [[1.0], [2.0], [3.0]]
VOCABULARY = "a\nb\nc\n"


class Served:
    """The model's functions for one TensorFlow and one estimator namespace.

    Args:
        tf: the module `tensorflow`.
        estimator: `tf.estimator` or `tfspec.estimator`.
        vocabulary: the path of a file with the lines of `VOCABULARY`.
    """

    def __init__(self, tf: Any, estimator: Any, vocabulary: str) -> None:
        self.tf, self.estimator, self.vocabulary = tf, estimator, vocabulary

    def model_fn(self, features, labels, mode):
        tf, export = self.tf, self.estimator.export
        logits = self._logits(features)
        classes = tf.tile(tf.constant([["no", "yes"]]), [tf.shape(logits)[0], 1])
        probability = tf.sigmoid(logits)
        predictions = {"logits": logits, "probability": probability}
        outputs = {
            "serving_default": export.ClassificationOutput(
                tf.concat([1.0 - probability, probability], 1), classes
            ),
            "regression": export.RegressionOutput(logits),
            "predict": export.PredictOutput(predictions),
        }
        if mode == "infer":
            return self.estimator.EstimatorSpec(
                mode, predictions=predictions, export_outputs=outputs
            )
        loss = tf.reduce_mean(tf.square(logits - labels))
        v1 = tf.compat.v1
        return self.estimator.EstimatorSpec(
            mode,
            predictions=predictions,
            loss=loss,
            train_op=v1.train.AdamOptimizer(0.1).minimize(loss, v1.train.get_global_step()),
            eval_metric_ops={"error": v1.metrics.mean_absolute_error(labels, logits)},
        )

    def _logits(self, features):
        tf, lookup = self.tf, self.tf.lookup
        get_variable = tf.compat.v1.get_variable
        ids = lookup.StaticVocabularyTable(
            lookup.TextFileInitializer(
                self.vocabulary,
                tf.string, lookup.TextFileIndex.WHOLE_LINE,
                tf.int64, lookup.TextFileIndex.LINE_NUMBER,
            ),
            num_oov_buckets=1,
        ).lookup(features["word"])
        ones = tf.compat.v1.ones_initializer()
        embedded = tf.gather(get_variable("embedding", [4, 2], initializer=ones), ids)
        hidden = tf.while_loop(  # three layers with the same weights
            lambda step, _: step < 3,
            lambda step, value: (step + 1, tf.tanh(value + embedded)),
            [0, features["x"]],
        )[1]
        hidden = tf.cond(tf.reduce_sum(hidden) > 0.0, lambda: hidden, lambda: -hidden)
        return tf.matmul(hidden, get_variable("weights", [2, 1], initializer=ones))

    def input_fn(self):
        tf = self.tf
        return tf.data.Dataset.from_tensors((FEATURES, LABELS)).repeat(3)

    def serving_input_receiver_fn(self):
        io = self.tf.io
        return self.estimator.export.build_parsing_serving_input_receiver_fn(
            {
                "word": io.FixedLenFeature([], self.tf.string),
                "x": io.FixedLenFeature([2], self.tf.float32),
            }
        )()

    def supervised_input_receiver_fn(self):
        tf = self.tf
        features = {key: tf.constant(value) for key, value in FEATURES.items()}
        return self.estimator.experimental.build_raw_supervised_input_receiver_fn(
            features, tf.constant(LABELS)
        )()

    def receiver_fn_map(self) -> dict[str, Any]:
        return {
            "train": self.supervised_input_receiver_fn,
            "eval": self.supervised_input_receiver_fn,
            "infer": self.serving_input_receiver_fn,
        }

    def trained(self, model_dir: str, **kwargs: Any) -> Any:
        """An estimator after two steps."""
        config = self.estimator.RunConfig(model_dir, tf_random_seed=7)
        estimator = self.estimator.Estimator(self.model_fn, config=config, **kwargs)
        estimator.train(self.input_fn, steps=2)
        return estimator


def serialized_examples(tf: Any) -> list[bytes]:
    """`FEATURES` as serialized `tf.train.Example`s."""
    train = tf.train
    return [
        train.Example(
            features=train.Features(
                feature={
                    "word": train.Feature(bytes_list=train.BytesList(value=[word])),
                    "x": train.Feature(float_list=train.FloatList(value=x)),
                }
            )
        ).SerializeToString()
        for word, x in zip(FEATURES["word"], FEATURES["x"], strict=True)
    ]
