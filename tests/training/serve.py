"""Runs a SavedModel on the arrays of a .npy file, knowing TensorFlow alone."""

from __future__ import annotations

import sys

import numpy as np
import tensorflow as tf

if __name__ == "__main__":
    model, source, target = sys.argv[1:]
    serve = tf.saved_model.load(model).signatures["serving_default"]
    answers = serve(pixels=tf.constant(np.load(source)))
    np.savez(target, **{name: value.numpy() for name, value in answers.items()})
