"""Comparison of tfspec with the original `tf.estimator` on TensorFlow 2.15.1."""
