from tensorflow.compat.v1.train import NanLossDuringTrainingError as NanLossDuringTrainingError

from tfspec.contrib.learn._monitors import BaseMonitor as BaseMonitor
from tfspec.contrib.learn._monitors import CaptureVariable as CaptureVariable
from tfspec.contrib.learn._monitors import CheckpointSaver as CheckpointSaver
from tfspec.contrib.learn._monitors import EveryN as EveryN
from tfspec.contrib.learn._monitors import NanLoss as NanLoss
from tfspec.contrib.learn._monitors import PrintTensor as PrintTensor
from tfspec.contrib.learn._monitors import RunHookAdapterForMonitors as RunHookAdapterForMonitors
from tfspec.contrib.learn._monitors import StepCounter as StepCounter
from tfspec.contrib.learn._monitors import StopAtStep as StopAtStep
from tfspec.contrib.learn._monitors import SummarySaver as SummarySaver
from tfspec.contrib.learn._monitors import ValidationMonitor as ValidationMonitor
from tfspec.contrib.learn._monitors import (
    replace_monitors_with_hooks as replace_monitors_with_hooks,
)
