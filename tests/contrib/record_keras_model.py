"""Records a Keras model as TensorFlow 1.15 saves it: `data/keras_model`, without its graphs.

Run it with a Python 3.7 that has TensorFlow 1.15: `python record_keras_model.py`.
"""

from __future__ import annotations

import os
import shutil

import numpy as np
import tensorflow as tf

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "keras_model")


def main():
    layers = [tf.keras.layers.Dense(3, "relu", input_shape=(2,)), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential(layers)
    model.compile(tf.train.AdamOptimizer(0.1), "mse")
    model.set_weights(
        [np.full(w.shape, 0.1 * (n + 1), np.float32) for n, w in enumerate(model.get_weights())]
    )
    shutil.rmtree(FOLDER, ignore_errors=True)
    tf.contrib.saved_model.save_keras_model(model, FOLDER)
    os.remove(os.path.join(FOLDER, "saved_model.pb"))
    print(model.predict(np.float32([[1, 2]])))


if __name__ == "__main__":
    main()
