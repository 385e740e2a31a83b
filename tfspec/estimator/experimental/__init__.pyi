from tfspec.canned import LinearSDCA as LinearSDCA
from tfspec.canned import RNNClassifier as RNNClassifier
from tfspec.canned import RNNEstimator as RNNEstimator
from tfspec.export import (
    build_raw_supervised_input_receiver_fn as build_raw_supervised_input_receiver_fn,
)
from tfspec.hooks import InMemoryEvaluatorHook as InMemoryEvaluatorHook
from tfspec.hooks import make_early_stopping_hook as make_early_stopping_hook
from tfspec.hooks import make_stop_at_checkpoint_step_hook as make_stop_at_checkpoint_step_hook
from tfspec.hooks import stop_if_higher_hook as stop_if_higher_hook
from tfspec.hooks import stop_if_lower_hook as stop_if_lower_hook
from tfspec.hooks import stop_if_no_decrease_hook as stop_if_no_decrease_hook
from tfspec.hooks import stop_if_no_increase_hook as stop_if_no_increase_hook
from tfspec.spec import call_logit_fn as call_logit_fn
