"""TF1-style models, each a module with `make(tf, estimator, files) -> Case`.

They are written as users of TensorFlow 1 wrote them and know nothing of tfspec: `tf` is
`tensorflow.compat.v1` and `estimator` whichever implementation is under test.
"""
