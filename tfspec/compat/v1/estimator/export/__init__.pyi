from tfspec.export import ServingInputReceiver as ServingInputReceiver
from tfspec.export import TensorServingInputReceiver as TensorServingInputReceiver
from tfspec.export import (
    build_parsing_serving_input_receiver_fn as build_parsing_serving_input_receiver_fn,
)
from tfspec.export import build_raw_serving_input_receiver_fn as build_raw_serving_input_receiver_fn
from tfspec.spec import ClassificationOutput as ClassificationOutput
from tfspec.spec import EvalOutput as EvalOutput
from tfspec.spec import ExportOutput as ExportOutput
from tfspec.spec import PredictOutput as PredictOutput
from tfspec.spec import RegressionOutput as RegressionOutput
