"""A convolutional network of tf.contrib.slim under an arg_scope, with batch normalization."""
import argparse

import numpy as np
import tensorflow as tf

slim = tf.contrib.slim


def network(images, is_training):
    with slim.arg_scope(
        [slim.conv2d, slim.fully_connected],
        weights_regularizer=slim.l2_regularizer(0.001),
        normalizer_fn=slim.batch_norm,
        normalizer_params={"is_training": is_training, "decay": 0.9}):
        net = slim.conv2d(images, 4, [3, 3], scope="conv1")
        net = slim.max_pool2d(net, [2, 2], scope="pool1")
        net = slim.flatten(net)
        net = slim.fully_connected(net, 8, scope="fc")
    return slim.fully_connected(net, 2, activation_fn=None, scope="logits")


def model_fn(features, labels, mode):
    logits = network(features["x"], mode == tf.estimator.ModeKeys.TRAIN)
    tf.losses.sparse_softmax_cross_entropy(labels, logits)
    loss = tf.losses.get_total_loss()
    train_op = None
    if mode == tf.estimator.ModeKeys.TRAIN:
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            train_op = tf.train.RMSPropOptimizer(0.01).minimize(
                loss, tf.train.get_or_create_global_step())
    return tf.estimator.EstimatorSpec(
        mode, loss=loss, train_op=train_op,
        eval_metric_ops={"accuracy": tf.metrics.accuracy(labels, tf.argmax(logits, 1))})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_dir")
    args = parser.parse_args()
    random = np.random.RandomState(0)
    labels = random.randint(0, 2, 64).astype(np.int32)
    images = random.rand(64, 8, 8, 1).astype(np.float32)
    images += labels[:, None, None, None]
    config = tf.estimator.RunConfig(
        model_dir=args.model_dir, tf_random_seed=4, save_summary_steps=5)
    estimator = tf.estimator.Estimator(model_fn, config=config)
    input_fn = tf.estimator.inputs.numpy_input_fn
    estimator.train(input_fn({"x": images}, labels, 16, num_epochs=5, shuffle=False))
    estimator.evaluate(input_fn({"x": images}, labels, 16, shuffle=False))


if __name__ == "__main__":
    main()
