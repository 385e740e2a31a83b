"""A model_fn over tf.layers and tf.contrib.layers, flags and tf.app.run: TensorFlow 1.4."""
import os

import numpy as np
import tensorflow as tf

FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_string("model_dir", "", "where to write")
tf.app.flags.DEFINE_integer("num_epochs", 3, "how often to read the data")
tf.app.flags.DEFINE_string("task_type", "train", "train, infer or export")


def data():
    random = np.random.RandomState(1)
    ids = random.randint(0, 20, [200, 3]).astype(np.int64)
    values = random.rand(200, 3).astype(np.float32)
    return ids, values, (ids[:, 0] % 2).astype(np.float32)


def input_fn(num_epochs, batch_size=16):
    dataset = tf.data.Dataset.from_tensor_slices(data())
    dataset = dataset.repeat(num_epochs).batch(batch_size)
    ids, values, labels = dataset.make_one_shot_iterator().get_next()
    return {"ids": ids, "values": values}, labels


def model_fn(features, labels, mode, params):
    training = mode == tf.estimator.ModeKeys.TRAIN
    weights = tf.get_variable("weights", [20], initializer=tf.constant_initializer(0.0))
    table = tf.get_variable("embeddings", [20, 4], initializer=tf.glorot_normal_initializer())
    first = tf.Variable(table.initialized_value(), name="first", trainable=False)
    embedded = tf.nn.embedding_lookup(table, features["ids"])
    values = tf.expand_dims(tf.to_float(features["values"]), -1)
    with tf.variable_scope("deep"):
        net = tf.reshape(embedded * values, [-1, 12])
        for i, units in enumerate(params["layers"]):
            net = tf.contrib.layers.fully_connected(
                net, units, scope=f"mlp{i}",
                weights_regularizer=tf.contrib.layers.l2_regularizer(params["l2"]))
            net = tf.layers.dropout(net, rate=0.1, training=training)
        deep = tf.contrib.layers.fully_connected(net, 1, activation_fn=tf.identity, scope="out")
    linear = tf.reduce_sum(tf.gather(weights, features["ids"]) * features["values"], 1)
    y = linear + tf.reshape(deep, [-1])
    predictions = {"prob": tf.sigmoid(y)}
    outputs = {"serving_default": tf.estimator.export.PredictOutput(predictions)}
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions, export_outputs=outputs)
    loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=y, labels=labels))
    loss += params["l2"] * tf.nn.l2_loss(table - first if first else table)
    metrics = {"auc": tf.metrics.auc(labels, predictions["prob"])}
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(mode, predictions, loss, eval_metric_ops=metrics)
    optimizer = tf.train.AdamOptimizer(learning_rate=0.05, epsilon=1e-8)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, predictions, loss, train_op)


def main(_):
    config = tf.estimator.RunConfig(tf_random_seed=3).replace(
        session_config=tf.ConfigProto(device_count={"GPU": 0}),
        log_step_count_steps=10, save_summary_steps=10)
    params = {"layers": [8, 4], "l2": 0.001}
    estimator = tf.estimator.Estimator(model_fn, FLAGS.model_dir, config, params)
    if FLAGS.task_type == "train":
        estimator.train(lambda: input_fn(FLAGS.num_epochs))
        estimator.evaluate(lambda: input_fn(1))
    elif FLAGS.task_type == "infer":
        for row in estimator.predict(lambda: input_fn(1), predict_keys="prob"):
            print("{:.4f}".format(row["prob"]))
    elif FLAGS.task_type == "export":
        receiver = tf.estimator.export.build_raw_serving_input_receiver_fn({
            "ids": tf.placeholder(tf.int64, [None, 3], name="ids"),
            "values": tf.placeholder(tf.float32, [None, 3], name="values")})
        estimator.export_savedmodel(os.path.join(FLAGS.model_dir, "export"), receiver)


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run()
