from tensorflow.compat.v1.train import CheckpointSaverHook as CheckpointSaverHook
from tensorflow.compat.v1.train import CheckpointSaverListener as CheckpointSaverListener
from tensorflow.compat.v1.train import FeedFnHook as FeedFnHook
from tensorflow.compat.v1.train import FinalOpsHook as FinalOpsHook
from tensorflow.compat.v1.train import GlobalStepWaiterHook as GlobalStepWaiterHook
from tensorflow.compat.v1.train import LoggingTensorHook as LoggingTensorHook
from tensorflow.compat.v1.train import NanLossDuringTrainingError as NanLossDuringTrainingError
from tensorflow.compat.v1.train import NanTensorHook as NanTensorHook
from tensorflow.compat.v1.train import ProfilerHook as ProfilerHook
from tensorflow.compat.v1.train import SecondOrStepTimer as SecondOrStepTimer
from tensorflow.compat.v1.train import SessionRunArgs as SessionRunArgs
from tensorflow.compat.v1.train import SessionRunContext as SessionRunContext
from tensorflow.compat.v1.train import SessionRunHook as SessionRunHook
from tensorflow.compat.v1.train import SessionRunValues as SessionRunValues
from tensorflow.compat.v1.train import StepCounterHook as StepCounterHook
from tensorflow.compat.v1.train import StopAtStepHook as StopAtStepHook
from tensorflow.compat.v1.train import SummarySaverHook as SummarySaverHook
from tensorflow.compat.v1.train import VocabInfo as VocabInfo

from tfspec import canned, custom
from tfspec.checkpoints import WarmStartSettings as WarmStartSettings
from tfspec.config import RunConfig as RunConfig
from tfspec.custom import add_metrics as add_metrics
from tfspec.heads import BinaryClassHead as BinaryClassHead
from tfspec.heads import Head as Head
from tfspec.heads import LogisticRegressionHead as LogisticRegressionHead
from tfspec.heads import MultiClassHead as MultiClassHead
from tfspec.heads import MultiHead as MultiHead
from tfspec.heads import MultiLabelHead as MultiLabelHead
from tfspec.heads import PoissonRegressionHead as PoissonRegressionHead
from tfspec.heads import RegressionHead as RegressionHead
from tfspec.spec import EstimatorSpec as EstimatorSpec
from tfspec.spec import ModeKeys as ModeKeys
from tfspec.training import BestExporter as BestExporter
from tfspec.training import EvalSpec as EvalSpec
from tfspec.training import Exporter as Exporter
from tfspec.training import FinalExporter as FinalExporter
from tfspec.training import LatestExporter as LatestExporter
from tfspec.training import TrainSpec as TrainSpec
from tfspec.training import train_and_evaluate as train_and_evaluate

from . import experimental as experimental
from . import export as export
from . import inputs as inputs
from . import tpu as tpu

BaselineClassifier = canned.BaselineClassifierV1
BaselineEstimator = canned.BaselineEstimatorV1
BaselineRegressor = canned.BaselineRegressorV1
DNNClassifier = canned.DNNClassifierV1
DNNEstimator = canned.DNNEstimatorV1
DNNRegressor = canned.DNNRegressorV1
DNNLinearCombinedClassifier = canned.DNNLinearCombinedClassifierV1
DNNLinearCombinedEstimator = canned.DNNLinearCombinedEstimatorV1
DNNLinearCombinedRegressor = canned.DNNLinearCombinedRegressorV1
LinearClassifier = canned.LinearClassifierV1
LinearEstimator = canned.LinearEstimatorV1
LinearRegressor = canned.LinearRegressorV1
Estimator = custom.EstimatorV1
classifier_parse_example_spec = canned.classifier_parse_example_spec_v1
regressor_parse_example_spec = canned.regressor_parse_example_spec_v1
