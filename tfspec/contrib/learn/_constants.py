"""tf.contrib.learn: kinds of problems."""

from __future__ import annotations


class ProblemType:
    """What a model is for, as its export tells."""

    UNSPECIFIED = 0
    CLASSIFICATION = 1
    LINEAR_REGRESSION = 2
    LOGISTIC_REGRESSION = 3
