from tfspec import export, runner
from tfspec.canned import combined_model_fn as combined_model_fn
from tfspec.canned import combined_model_fn_v1 as combined_model_fn_v1
from tfspec.canned import dnn_model_fn as dnn_model_fn
from tfspec.canned import dnn_model_fn_v1 as dnn_model_fn_v1
from tfspec.canned import linear_model_fn as linear_model_fn
from tfspec.canned import linear_model_fn_v1 as linear_model_fn_v1
from tfspec.contrib.estimator.inner._functions import (
    dnn_logit_fn_builder as dnn_logit_fn_builder,
)
from tfspec.contrib.estimator.inner._functions import (
    parse_input_fn_result as parse_input_fn_result,
)
from tfspec.contrib.estimator.inner._functions import (
    parse_iterator_result as parse_iterator_result,
)
from tfspec.contrib.estimator.inner._gc import Path as Path
from tfspec.contrib.estimator.inner._gc import _get_paths as _get_paths
from tfspec.contrib.estimator.inner._gc import (
    _largest_export_versions as _largest_export_versions,
)
from tfspec.contrib.estimator.inner._gc import (
    _mod_export_version as _mod_export_version,
)
from tfspec.contrib.estimator.inner._gc import _negation as _negation
from tfspec.contrib.estimator.inner._gc import (
    _one_of_every_n_export_versions as _one_of_every_n_export_versions,
)
from tfspec.contrib.estimator.inner._gc import _union as _union
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
from tfspec.export import SupervisedInputReceiver as SupervisedInputReceiver
from tfspec.export import UnsupervisedInputReceiver as UnsupervisedInputReceiver
from tfspec.heads import MetricKeys as MetricKeys
from tfspec.heads import PredictionKeys as PredictionKeys

fn_args = runner.argument_names
build_supervised_input_receiver_fn_from_input_fn = (
    export.build_supervised_input_receiver_fn_from_input_fn
)
