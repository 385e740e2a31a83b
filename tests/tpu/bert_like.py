"""A fine-tuning script in the style of BERT's: one encoder, a classifier on top of its first token.

Runs on tfspec and, with TensorFlow 2.15, on the original:
`python bert_like.py FOLDER` prints what `observe` sees there.
"""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

VOCABULARY, LENGTH, HIDDEN, CLASSES = 20, 6, 8, 2


def examples(count, seed=3):
    """Token ids, of which the first tells the class, and classes."""
    ids = np.random.RandomState(seed).randint(2, VOCABULARY, [count, LENGTH]).astype(np.int32)
    classes = (np.arange(count) % CLASSES).astype(np.int32)
    ids[:, 0] = classes
    return ids, classes


def input_fn_builder(count, is_training, drop_remainder):
    def input_fn(params):
        data = tf.data.Dataset.from_tensor_slices(
            dict(zip(("input_ids", "label_ids"), examples(count), strict=True))
        )
        if is_training:
            data = data.repeat().shuffle(buffer_size=100, seed=5)
        return data.batch(params["batch_size"], drop_remainder=drop_remainder)

    return input_fn


def encoder(ids, is_training):
    """Embeddings and one layer of attention; returns the first token's vector."""
    with tf.variable_scope("bert"):
        table = tf.get_variable(
            "word_embeddings", [VOCABULARY, HIDDEN],
            initializer=tf.truncated_normal_initializer(stddev=0.5),
        )
        hidden = tf.gather(table, ids)
        if is_training:
            hidden = tf.nn.dropout(hidden, rate=0.1)
        kernel = tf.get_variable(
            "attention", [HIDDEN, HIDDEN], initializer=tf.truncated_normal_initializer(stddev=0.5)
        )
        scores = tf.nn.softmax(tf.matmul(tf.tensordot(hidden, kernel, 1), hidden, transpose_b=True))
        return tf.matmul(scores, hidden)[:, 0] + hidden[:, 0]


def train_op_of(loss, use_tpu):
    step = tf.train.get_or_create_global_step()
    rate = tf.train.polynomial_decay(0.05, step, 60, end_learning_rate=0.0)
    optimizer = tf.train.AdamOptimizer(rate)
    if use_tpu:
        optimizer = tf.tpu.CrossShardOptimizer(optimizer)
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), clip_norm=1.0)
    return optimizer.apply_gradients(zip(gradients, variables, strict=True), global_step=step), rate


def model_fn_builder(estimator, init_checkpoint, use_tpu, model_dir):
    def host_call(step, loss, rate):
        step = step[0]
        with tf2_summary.create_file_writer(model_dir, filename_suffix=".host").as_default():
            with tf2_summary.record_if(tf.equal(step % 10, 0)):
                tf2_summary.write("host/loss", loss[0], step=step)
                tf2_summary.write("host/learning_rate", rate[0], step=step)
            return tf.summary.all_v2_summary_ops()

    def metric_fn(per_example_loss, label_ids, logits):
        predictions = tf.argmax(logits, axis=-1, output_type=tf.int32)
        return {
            "eval_accuracy": tf.metrics.accuracy(label_ids, predictions),
            "eval_loss": tf.metrics.mean(per_example_loss),
        }

    def model_fn(features, labels, mode, params):
        assert labels is None and params["layers"] == 1
        pooled = encoder(features["input_ids"], mode == estimator.ModeKeys.TRAIN)
        weights = tf.get_variable("output_weights", [HIDDEN, CLASSES])
        logits = tf.matmul(pooled, weights)
        if mode == estimator.ModeKeys.PREDICT:
            predictions = {"probabilities": tf.nn.softmax(logits)}
            return estimator.tpu.TPUEstimatorSpec(mode, predictions=predictions)
        label_ids = features["label_ids"]
        per_example_loss = tf.nn.sparse_softmax_cross_entropy_with_logits(label_ids, logits)
        loss = tf.reduce_mean(per_example_loss)

        variables = [variable.op.name for variable in tf.trainable_variables()]
        pretrained = [name for name in variables if name.startswith("bert/")]

        def scaffold_fn():
            tf.train.init_from_checkpoint(init_checkpoint, {name: name for name in pretrained})
            return tf.train.Scaffold()

        if mode == estimator.ModeKeys.EVAL:
            return estimator.tpu.TPUEstimatorSpec(
                mode, loss=loss, eval_metrics=(metric_fn, [per_example_loss, label_ids, logits])
            )
        train_op, rate = train_op_of(loss, use_tpu)
        step = tf.train.get_global_step()
        tensors = [tf.reshape(tensor, [1]) for tensor in (step, loss, rate)]
        return estimator.tpu.TPUEstimatorSpec(
            mode, loss=loss, train_op=train_op, scaffold_fn=scaffold_fn,
            host_call=(host_call, tensors),
        )

    tf2_summary = tf.compat.v2.summary
    return model_fn


def pretrain(estimator, folder):
    """A checkpoint of an encoder; returns its path."""
    def model_fn(features, labels, mode):
        loss = tf.reduce_sum(tf.square(encoder(features["input_ids"], False)))
        step = tf.train.get_global_step()
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=tf.train.GradientDescentOptimizer(0.001).minimize(loss, step)
        )

    config = estimator.RunConfig(folder, tf_random_seed=1)
    first = estimator.Estimator(model_fn, config=config)
    first.train(lambda: input_fn_builder(32, False, True)({"batch_size": 8}), max_steps=4)
    return first.latest_checkpoint()


def fine_tune(estimator, folder, use_tpu=False):
    """The trained TPUEstimator."""
    pretrained = pretrain(estimator, os.path.join(folder, "pretrained"))
    model_dir = os.path.join(folder, "tuned")
    config = estimator.tpu.RunConfig(
        cluster=None, master=None, model_dir=model_dir, save_checkpoints_steps=30,
        tf_random_seed=2,
        tpu_config=estimator.tpu.TPUConfig(
            iterations_per_loop=10, num_shards=8,
            per_host_input_for_training=estimator.tpu.InputPipelineConfig.PER_HOST_V2,
        ),
    )
    tuned = estimator.tpu.TPUEstimator(
        use_tpu=use_tpu, model_fn=model_fn_builder(estimator, pretrained, use_tpu, model_dir),
        config=config, params={"layers": 1},
        train_batch_size=8, eval_batch_size=4, predict_batch_size=4, export_to_tpu=False,
    )
    return tuned.train(input_fn_builder(32, True, True), max_steps=60)


def summaries(folder, ending=""):
    """(step, tag) of the event files whose names end so, and the TF2 summaries' values."""
    found = []
    for name in sorted(os.listdir(folder)):
        if ".tfevents." in name and name.endswith(ending):
            for event in tf.train.summary_iterator(os.path.join(folder, name)):
                for value in event.summary.value:
                    number = tf.make_ndarray(value.tensor).tolist() if ending else None
                    found.append([event.step, value.tag, number])
    return sorted(found)


def observe(estimator, folder, use_tpu=False):
    """What a run of the script leaves: values, predictions, events."""
    tuned = fine_tune(estimator, folder, use_tpu)
    metrics = tuned.evaluate(input_fn_builder(20, False, True), steps=3)
    predictions = [
        prediction["probabilities"].tolist()
        for prediction in tuned.predict(input_fn_builder(6, False, False))
    ]
    weights = {
        name: float(np.abs(tuned.get_variable_value(name)).sum())
        for name in ("bert/attention", "bert/word_embeddings", "output_weights")
    }
    return {
        "metrics": {name: float(value) for name, value in metrics.items()},
        "predictions": predictions,
        "weights": weights,
        "host": summaries(tuned.model_dir, ".host"),
        "tags": sorted({tuple(event[:2]) for event in summaries(tuned.model_dir)}),
    }


if __name__ == "__main__":
    from tensorflow.compat.v1 import estimator as original

    json.dump(observe(original, sys.argv[1]), sys.stdout)
