from tensorflow.compat.v1.train import NanLossDuringTrainingError as NanLossDuringTrainingError

from tfspec.contrib.learn._canned import DNNClassifier as DNNClassifier
from tfspec.contrib.learn._canned import (
    DNNLinearCombinedClassifier as DNNLinearCombinedClassifier,
)
from tfspec.contrib.learn._canned import (
    DNNLinearCombinedRegressor as DNNLinearCombinedRegressor,
)
from tfspec.contrib.learn._canned import DNNRegressor as DNNRegressor
from tfspec.contrib.learn._canned import LinearClassifier as LinearClassifier
from tfspec.contrib.learn._canned import LinearRegressor as LinearRegressor
from tfspec.contrib.learn._canned import PredictionKey as PredictionKey
from tfspec.contrib.learn._config import RunConfig as RunConfig
from tfspec.contrib.learn._constants import ProblemType as ProblemType
from tfspec.contrib.learn._estimator import Estimator as Estimator
from tfspec.contrib.learn._estimator import MetricSpec as MetricSpec
from tfspec.contrib.learn._estimator import ModeKeys as ModeKeys
from tfspec.contrib.learn._estimator import ModelFnOps as ModelFnOps
from tfspec.contrib.learn._experiment import Experiment as Experiment
from tfspec.contrib.learn._export import ExportStrategy as ExportStrategy
from tfspec.contrib.learn._export import InputFnOps as InputFnOps
from tfspec.contrib.learn._export import (
    build_parsing_serving_input_fn as build_parsing_serving_input_fn,
)
from tfspec.contrib.learn._export import make_export_strategy as make_export_strategy
from tfspec.contrib.learn._inputs import (
    infer_real_valued_columns_from_input as infer_real_valued_columns_from_input,
)
from tfspec.contrib.learn._inputs import (
    infer_real_valued_columns_from_input_fn as infer_real_valued_columns_from_input_fn,
)
from tfspec.contrib.learn._kmeans import KMeansClustering as KMeansClustering
from tfspec.contrib.learn._reading import read_batch_examples as read_batch_examples
from tfspec.contrib.learn._reading import read_batch_features as read_batch_features
from tfspec.contrib.learn._reading import (
    read_batch_record_features as read_batch_record_features,
)
from tfspec.contrib.learn._reading import (
    read_keyed_batch_examples as read_keyed_batch_examples,
)
from tfspec.contrib.learn._reading import (
    read_keyed_batch_features as read_keyed_batch_features,
)
from tfspec.contrib.learn._sklearn import SKCompat as SKCompat

from . import datasets as datasets
from . import io as io
from . import learn_runner as learn_runner
from . import monitors as monitors
from . import preprocessing as preprocessing
from . import run_config as run_config
from . import utils as utils
