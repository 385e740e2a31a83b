"""A canned classifier with train_and_evaluate, of the years of TensorFlow 2."""

import argparse

import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--model_dir")
options = parser.parse_args()
tf.get_logger().setLevel("INFO")


def input_fn():
    x = np.random.RandomState(0).rand(60, 2).astype("float32")
    features = {"a": x[:, 0], "b": np.where(x[:, 1] > 0.5, "yes", "no")}
    labels = (x.sum(axis=1) > 1).astype("int64")
    return tf.data.Dataset.from_tensor_slices((features, labels)).batch(20)


columns = [
    tf.feature_column.numeric_column("a"),
    tf.feature_column.indicator_column(
        tf.feature_column.categorical_column_with_vocabulary_list("b", ["no", "yes"])
    ),
]
classifier = tf.estimator.DNNClassifier(
    [8], columns, options.model_dir,
    config=tf.estimator.RunConfig(
        tf_random_seed=3, log_step_count_steps=10, save_summary_steps=10, save_checkpoints_steps=20
    ),
)
spec = tf.feature_column.make_parse_example_spec(columns)
receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
results, _ = tf.estimator.train_and_evaluate(
    classifier,
    tf.estimator.TrainSpec(lambda: input_fn().repeat(), max_steps=40),
    tf.estimator.EvalSpec(
        input_fn, steps=None, exporters=tf.estimator.FinalExporter("last", receiver),
        throttle_secs=0, start_delay_secs=0,
    ),
)
print(sorted(results))
