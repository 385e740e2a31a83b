from tfspec.contrib.eager._metrics import Accuracy as Accuracy
from tfspec.contrib.eager._metrics import BinaryAccuracy as BinaryAccuracy
from tfspec.contrib.eager._metrics import CategoricalAccuracy as CategoricalAccuracy
from tfspec.contrib.eager._metrics import Mean as Mean
from tfspec.contrib.eager._metrics import Metric as Metric
from tfspec.contrib.eager._metrics import SparseAccuracy as SparseAccuracy
