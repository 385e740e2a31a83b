from tfspec import canned
from tfspec.canned import dnn_logit_fn_builder as dnn_logit_fn_builder
from tfspec.canned import linear_logit_fn_builder as linear_logit_fn_builder
from tfspec.contrib.estimator._extenders import (
    clip_gradients_by_norm as clip_gradients_by_norm,
)
from tfspec.contrib.estimator._extenders import forward_features as forward_features
from tfspec.contrib.estimator._heads import (
    binary_classification_head as binary_classification_head,
)
from tfspec.contrib.estimator._heads import (
    logistic_regression_head as logistic_regression_head,
)
from tfspec.contrib.estimator._heads import multi_class_head as multi_class_head
from tfspec.contrib.estimator._heads import multi_head as multi_head
from tfspec.contrib.estimator._heads import multi_label_head as multi_label_head
from tfspec.contrib.estimator._heads import (
    poisson_regression_head as poisson_regression_head,
)
from tfspec.contrib.estimator._heads import regression_head as regression_head
from tfspec.custom import add_metrics as add_metrics
from tfspec.export import (
    build_raw_supervised_input_receiver_fn as build_raw_supervised_input_receiver_fn,
)
from tfspec.hooks import InMemoryEvaluatorHook as InMemoryEvaluatorHook
from tfspec.hooks import make_early_stopping_hook as make_early_stopping_hook
from tfspec.hooks import (
    make_stop_at_checkpoint_step_hook as make_stop_at_checkpoint_step_hook,
)
from tfspec.hooks import stop_if_higher_hook as stop_if_higher_hook
from tfspec.hooks import stop_if_lower_hook as stop_if_lower_hook
from tfspec.hooks import stop_if_no_decrease_hook as stop_if_no_decrease_hook
from tfspec.hooks import stop_if_no_increase_hook as stop_if_no_increase_hook
from tfspec.spec import call_logit_fn as call_logit_fn

DNNEstimator = canned.DNNEstimatorV1
DNNLinearCombinedEstimator = canned.DNNLinearCombinedEstimatorV1
LinearEstimator = canned.LinearEstimatorV1
