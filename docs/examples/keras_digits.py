"""A Keras model on handwritten digits, trained, evaluated and exported by an Estimator.

    python keras_digits.py [--keras-3] [--model-dir /tmp/digits]

needs scikit-learn for the data (`pip install scikit-learn`). The model is one of tf_keras, which is
Keras 2, or, with `--keras-3`, of Keras 3.
"""

import argparse
import tempfile

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from tfspec import estimator
from tfspec.keras.estimator import model_to_estimator

parser = argparse.ArgumentParser()
parser.add_argument("--keras-3", action="store_true")
parser.add_argument("--model-dir", default=None)
arguments = parser.parse_args()

if arguments.keras_3:
    import keras

    optimizer = keras.optimizers.Adam()
else:
    import tf_keras as keras

    optimizer = keras.optimizers.legacy.Adam()  # whose state the model can read back

digits = load_digits()
images = (digits.images[..., np.newaxis] / 16.0).astype(np.float32)
x, x_test, y, y_test = train_test_split(images, digits.target, test_size=0.25, random_state=0)

inputs = keras.layers.Input((8, 8, 1), name="image")
hidden = keras.layers.Conv2D(16, 3, activation="relu")(inputs)
hidden = keras.layers.Flatten()(hidden)
hidden = keras.layers.Dropout(0.25)(hidden)
digit = keras.layers.Dense(10, activation="softmax", name="digit")(hidden)
model = keras.Model(inputs, digit)
model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])


def train_input_fn():
    data = tf.data.Dataset.from_tensor_slices(({"image": x}, y))
    return data.shuffle(2000, seed=1).repeat().batch(32)


def eval_input_fn():
    return tf.data.Dataset.from_tensor_slices(({"image": x_test}, y_test)).batch(100)


digits_estimator = model_to_estimator(model, model_dir=arguments.model_dir)
results, _ = estimator.train_and_evaluate(
    digits_estimator,
    estimator.TrainSpec(train_input_fn, max_steps=1000),
    estimator.EvalSpec(eval_input_fn, steps=None),
)
print("accuracy", round(float(results["accuracy"]), 3))

serving = estimator.export.build_raw_serving_input_receiver_fn({"image": tf.constant(x[:1])})
folder = digits_estimator.export_saved_model(tempfile.mkdtemp(), serving).decode()
serve = tf.saved_model.load(folder).signatures["serving_default"]
served = serve(image=tf.constant(x_test[:5]))["digit"].numpy()
print("exported to", folder)
print("says", served.argmax(axis=1), "is", y_test[:5])

# What was trained goes back into the model.
tf.train.Checkpoint(model).restore(digits_estimator.latest_checkpoint()).expect_partial()
print("Keras says", model.predict(x_test[:5], verbose=0).argmax(axis=1))
