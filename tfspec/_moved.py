"""Where names live that people look for in the wrong namespace.

`_lazy` quotes this table when a name is absent. It holds names that only one of the two namespaces
has, and what `tf.contrib.estimator` and earlier releases of `tf.estimator` called today's names.
"""

_V1 = "tfspec.compat.v1.estimator"
_V2 = "tfspec.estimator"

MOVED = {
    # Only in one of the two namespaces.
    "inputs": f"{_V1}.inputs",
    "numpy_input_fn": f"{_V1}.inputs.numpy_input_fn",
    "pandas_input_fn": f"{_V1}.inputs.pandas_input_fn",
    "tpu": f"{_V1}.tpu",
    "TPUConfig": f"{_V1}.tpu.TPUConfig",
    "TPUEstimator": f"{_V1}.tpu.TPUEstimator",
    "TPUEstimatorSpec": f"{_V1}.tpu.TPUEstimatorSpec",
    "InputPipelineConfig": f"{_V1}.tpu.InputPipelineConfig",
    "EmbeddingConfigSpec": f"{_V1}.tpu.experimental.EmbeddingConfigSpec",
    "KMeans": f"{_V1}.experimental.KMeans",
    "KMeansClustering": f"{_V1}.experimental.KMeans",
    "dnn_logit_fn_builder": f"{_V1}.experimental.dnn_logit_fn_builder",
    "linear_logit_fn_builder": f"{_V1}.experimental.linear_logit_fn_builder",
    "RNNClassifier": f"{_V2}.experimental.RNNClassifier",
    "RNNEstimator": f"{_V2}.experimental.RNNEstimator",
    # In a submodule of both.
    "InMemoryEvaluatorHook": f"{_V2}.experimental.InMemoryEvaluatorHook",
    "LinearSDCA": f"{_V2}.experimental.LinearSDCA",
    "build_raw_supervised_input_receiver_fn": (
        f"{_V2}.experimental.build_raw_supervised_input_receiver_fn"
    ),
    "call_logit_fn": f"{_V2}.experimental.call_logit_fn",
    "make_early_stopping_hook": f"{_V2}.experimental.make_early_stopping_hook",
    "make_stop_at_checkpoint_step_hook": f"{_V2}.experimental.make_stop_at_checkpoint_step_hook",
    "stop_if_higher_hook": f"{_V2}.experimental.stop_if_higher_hook",
    "stop_if_lower_hook": f"{_V2}.experimental.stop_if_lower_hook",
    "stop_if_no_decrease_hook": f"{_V2}.experimental.stop_if_no_decrease_hook",
    "stop_if_no_increase_hook": f"{_V2}.experimental.stop_if_no_increase_hook",
    "ClassificationOutput": f"{_V2}.export.ClassificationOutput",
    "EvalOutput": f"{_V2}.export.EvalOutput",
    "ExportOutput": f"{_V2}.export.ExportOutput",
    "PredictOutput": f"{_V2}.export.PredictOutput",
    "RegressionOutput": f"{_V2}.export.RegressionOutput",
    "ServingInputReceiver": f"{_V2}.export.ServingInputReceiver",
    "TensorServingInputReceiver": f"{_V2}.export.TensorServingInputReceiver",
    "build_parsing_serving_input_receiver_fn": (
        f"{_V2}.export.build_parsing_serving_input_receiver_fn"
    ),
    "build_raw_serving_input_receiver_fn": f"{_V2}.export.build_raw_serving_input_receiver_fn",
    "model_to_estimator": "tfspec.keras.estimator.model_to_estimator",
    # tf.contrib.estimator's names for what became public.
    "binary_classification_head": f"{_V2}.BinaryClassHead",
    "multi_class_head": f"{_V2}.MultiClassHead",
    "multi_head": f"{_V2}.MultiHead",
    "multi_label_head": f"{_V2}.MultiLabelHead",
    "regression_head": f"{_V2}.RegressionHead",
    "logistic_regression_head": f"{_V2}.LogisticRegressionHead",
    "poisson_regression_head": f"{_V2}.PoissonRegressionHead",
}
