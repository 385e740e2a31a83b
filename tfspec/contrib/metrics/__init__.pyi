from tensorflow.compat.v1.metrics import *  # noqa: F403

from tfspec.contrib.metrics._metrics import accuracy as accuracy
from tfspec.contrib.metrics._metrics import aggregate_metric_map as aggregate_metric_map
from tfspec.contrib.metrics._metrics import aggregate_metrics as aggregate_metrics
from tfspec.contrib.metrics._metrics import confusion_matrix as confusion_matrix
from tfspec.contrib.metrics._metrics import f1_score as f1_score
from tfspec.contrib.metrics._metrics import streaming_accuracy as streaming_accuracy
from tfspec.contrib.metrics._metrics import streaming_auc as streaming_auc
from tfspec.contrib.metrics._metrics import streaming_covariance as streaming_covariance
from tfspec.contrib.metrics._metrics import (
    streaming_false_negatives as streaming_false_negatives,
)
from tfspec.contrib.metrics._metrics import (
    streaming_false_positives as streaming_false_positives,
)
from tfspec.contrib.metrics._metrics import streaming_mean as streaming_mean
from tfspec.contrib.metrics._metrics import (
    streaming_mean_absolute_error as streaming_mean_absolute_error,
)
from tfspec.contrib.metrics._metrics import (
    streaming_mean_cosine_distance as streaming_mean_cosine_distance,
)
from tfspec.contrib.metrics._metrics import streaming_mean_iou as streaming_mean_iou
from tfspec.contrib.metrics._metrics import (
    streaming_mean_relative_error as streaming_mean_relative_error,
)
from tfspec.contrib.metrics._metrics import (
    streaming_mean_squared_error as streaming_mean_squared_error,
)
from tfspec.contrib.metrics._metrics import (
    streaming_pearson_correlation as streaming_pearson_correlation,
)
from tfspec.contrib.metrics._metrics import (
    streaming_percentage_less as streaming_percentage_less,
)
from tfspec.contrib.metrics._metrics import streaming_precision as streaming_precision
from tfspec.contrib.metrics._metrics import streaming_recall as streaming_recall
from tfspec.contrib.metrics._metrics import (
    streaming_root_mean_squared_error as streaming_root_mean_squared_error,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sparse_recall_at_k as streaming_sparse_recall_at_k,
)
from tfspec.contrib.metrics._metrics import (
    streaming_true_negatives as streaming_true_negatives,
)
from tfspec.contrib.metrics._metrics import (
    streaming_true_positives as streaming_true_positives,
)
