"""TensorFlow 2.x: a canned estimator with a Keras optimizer, eager input, a summary writer."""
import sys

import numpy as np
import tensorflow as tf

SPECIES = ["Setosa", "Versicolor", "Virginica"]


def data():
    random = np.random.RandomState(0)
    y = random.randint(0, 3, 90)
    x = (random.randn(90, 2) * 0.3 + y[:, None]).astype(np.float32)
    return {"length": x[:, 0], "width": x[:, 1]}, y


def input_fn(training=True):
    dataset = tf.data.Dataset.from_tensor_slices(data())
    return dataset.repeat().batch(30) if training else dataset.batch(30)


columns = [tf.feature_column.numeric_column(key=key) for key in ("length", "width")]
classifier = tf.estimator.DNNClassifier(
    feature_columns=columns,
    hidden_units=[10, 5],
    n_classes=len(SPECIES),
    model_dir=sys.argv[1],
    optimizer=lambda: tf.keras.optimizers.legacy.Adam(learning_rate=0.05),
    config=tf.estimator.RunConfig(tf_random_seed=8, save_summary_steps=10))
classifier.train(input_fn, steps=30)
result = classifier.evaluate(lambda: input_fn(False))
print("accuracy: {accuracy:0.3f}".format(**result))
for row in classifier.predict(lambda: tf.data.Dataset.from_tensors(
        {"length": [0.0, 2.0], "width": [0.1, 2.1]})):
    print(SPECIES[row["class_ids"][0]])
parser = tf.estimator.export.build_parsing_serving_input_receiver_fn(
    tf.feature_column.make_parse_example_spec(columns))
classifier.export_saved_model(sys.argv[1] + "/export", parser)
