from tfspec.contrib.estimator.inner._names import _Head as _Head
from tfspec.contrib.estimator.inner._names import binary_head as binary_head
from tfspec.contrib.estimator.inner._names import (
    classification_head as classification_head,
)
from tfspec.contrib.estimator.inner._names import (
    get_optimizer_instance as get_optimizer_instance,
)
from tfspec.contrib.estimator.inner._names import global_step_in as global_step_in
from tfspec.contrib.estimator.inner._names import multi_class_head as multi_class_head
from tfspec.contrib.estimator.inner._names import regression_head as regression_head
from tfspec.heads import MetricKeys as MetricKeys
from tfspec.heads import PredictionKeys as PredictionKeys
