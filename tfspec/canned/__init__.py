"""Canned estimators: a head, a logits builder and an Estimator.

Four families - baseline, linear, deep, wide and deep - each as classifier, regressor and for any
head, in two flavours: `X` is that of `tf.estimator` (Keras optimizers, losses averaged over the
batch), `XV1` that of `tf.compat.v1.estimator` (TF1 optimizers and partitioners, losses summed).
Both flavours of a family share what builds its logits. Besides there are recurrent estimators,
`KMeans`, and `LinearSDCA`, which trains linear models without a learning rate.
"""

from __future__ import annotations

from tfspec.canned._baseline import (
    BaselineClassifier,
    BaselineClassifierV1,
    BaselineEstimator,
    BaselineEstimatorV1,
    BaselineRegressor,
    BaselineRegressorV1,
)
from tfspec.canned._combined import (
    DNNLinearCombinedClassifier,
    DNNLinearCombinedClassifierV1,
    DNNLinearCombinedEstimator,
    DNNLinearCombinedEstimatorV1,
    DNNLinearCombinedRegressor,
    DNNLinearCombinedRegressorV1,
)
from tfspec.canned._dnn import (
    DNNClassifier,
    DNNClassifierV1,
    DNNEstimator,
    DNNEstimatorV1,
    DNNRegressor,
    DNNRegressorV1,
)
from tfspec.canned._dnn_model import dnn_logit_fn_builder
from tfspec.canned._kmeans import KMeans
from tfspec.canned._linear import (
    LinearClassifier,
    LinearClassifierV1,
    LinearEstimator,
    LinearEstimatorV1,
    LinearRegressor,
    LinearRegressorV1,
)
from tfspec.canned._linear_model import linear_logit_fn_builder
from tfspec.canned._model_fns import (
    combined_model_fn,
    combined_model_fn_v1,
    dnn_model_fn,
    dnn_model_fn_v1,
    linear_model_fn,
    linear_model_fn_v1,
)
from tfspec.canned._parse_spec import (
    classifier_parse_example_spec,
    classifier_parse_example_spec_v1,
    regressor_parse_example_spec,
    regressor_parse_example_spec_v1,
)
from tfspec.canned._rnn import RNNClassifier, RNNEstimator
from tfspec.canned._sdca import LinearSDCA
from tfspec.spec import call_logit_fn

__all__ = [
    "BaselineClassifier",
    "BaselineClassifierV1",
    "BaselineEstimator",
    "BaselineEstimatorV1",
    "BaselineRegressor",
    "BaselineRegressorV1",
    "DNNClassifier",
    "DNNClassifierV1",
    "DNNEstimator",
    "DNNEstimatorV1",
    "DNNLinearCombinedClassifier",
    "DNNLinearCombinedClassifierV1",
    "DNNLinearCombinedEstimator",
    "DNNLinearCombinedEstimatorV1",
    "DNNLinearCombinedRegressor",
    "DNNLinearCombinedRegressorV1",
    "DNNRegressor",
    "DNNRegressorV1",
    "KMeans",
    "LinearClassifier",
    "LinearClassifierV1",
    "LinearEstimator",
    "LinearEstimatorV1",
    "LinearRegressor",
    "LinearRegressorV1",
    "LinearSDCA",
    "RNNClassifier",
    "RNNEstimator",
    "call_logit_fn",
    "classifier_parse_example_spec",
    "classifier_parse_example_spec_v1",
    "combined_model_fn",
    "combined_model_fn_v1",
    "dnn_logit_fn_builder",
    "dnn_model_fn",
    "dnn_model_fn_v1",
    "linear_logit_fn_builder",
    "linear_model_fn",
    "linear_model_fn_v1",
    "regressor_parse_example_spec",
    "regressor_parse_example_spec_v1",
]
