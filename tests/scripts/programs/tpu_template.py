"""The template of a TPUEstimator, with a host call and metrics on the host."""
import argparse

import numpy as np
import tensorflow as tf
from tensorflow.contrib import cluster_resolver as contrib_cluster_resolver
from tensorflow.contrib.tpu.python.tpu import tpu_config


def metric_fn(labels, logits):
    return {"accuracy": tf.metrics.accuracy(labels, tf.argmax(logits, axis=1))}


def model_fn(features, labels, mode, params):
    assert params["batch_size"] in (16, 8)
    net = tf.layers.dense(features, 10, activation=tf.nn.relu)
    logits = tf.layers.dense(net, 3)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.contrib.tpu.TPUEstimatorSpec(
            mode=mode, predictions={"classes": tf.argmax(logits, axis=1)})
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.contrib.tpu.TPUEstimatorSpec(
            mode=mode, loss=loss, eval_metrics=(metric_fn, [labels, logits]))
    step = tf.train.get_global_step()
    rate = tf.train.exponential_decay(0.1, step, decay_steps=10, decay_rate=0.9)
    optimizer = tf.train.MomentumOptimizer(rate, 0.9)
    if params["use_tpu"]:
        optimizer = tf.contrib.tpu.CrossShardOptimizer(optimizer)

    def host_call_fn(global_step, rates):
        return [tf.Print(rates[0], [global_step[0]], message="host")]

    def scaffold_fn():
        return tf.train.Scaffold(saver=tf.train.Saver(max_to_keep=2))

    return tf.contrib.tpu.TPUEstimatorSpec(
        mode=mode,
        loss=loss,
        train_op=optimizer.minimize(loss, global_step=step),
        host_call=(host_call_fn, [tf.reshape(step, [1]), tf.reshape(rate, [1])]),
        scaffold_fn=scaffold_fn)


def input_fn(params):
    random = np.random.RandomState(0)
    y = random.randint(0, 3, 96).astype(np.int32)
    x = (random.randn(96, 4) + y[:, None]).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).repeat()
    dataset = dataset.apply(tf.contrib.data.batch_and_drop_remainder(params["batch_size"]))
    return dataset.prefetch(tf.contrib.data.AUTOTUNE)


def predict_input_fn(params):
    return tf.data.Dataset.from_tensors(tf.ones([params["batch_size"], 4]))


def main(args):
    cluster = None
    if args.use_tpu:
        cluster = contrib_cluster_resolver.TPUClusterResolver(args.tpu)
    config = tf.contrib.tpu.RunConfig(
        cluster=cluster,
        model_dir=args.model_dir,
        tf_random_seed=1,
        save_checkpoints_steps=10,
        save_summary_steps=10,
        tpu_config=tpu_config.TPUConfig(iterations_per_loop=10, num_shards=8))
    estimator = tf.contrib.tpu.TPUEstimator(
        model_fn=model_fn,
        config=config,
        use_tpu=args.use_tpu,
        params={"use_tpu": args.use_tpu},
        train_batch_size=16,
        eval_batch_size=8,
        predict_batch_size=8)
    estimator.train(input_fn, max_steps=args.max_steps)
    estimator.evaluate(input_fn, steps=4)
    print([int(row["classes"]) for row in estimator.predict(predict_input_fn)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_dir")
    parser.add_argument("--max-steps", type=int, default=40)
    parser.add_argument("--use_tpu", action="store_true")
    parser.add_argument("--tpu", default=None)
    main(parser.parse_args())
