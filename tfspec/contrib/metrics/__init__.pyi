from tensorflow.compat.v1 import sets
from tensorflow.compat.v1.metrics import *  # noqa: F403
from tf_slim.metrics import *  # noqa: F403

from tfspec.contrib.metrics._metrics import accuracy as accuracy
from tfspec.contrib.metrics._metrics import aggregate_metric_map as aggregate_metric_map
from tfspec.contrib.metrics._metrics import aggregate_metrics as aggregate_metrics
from tfspec.contrib.metrics._metrics import confusion_matrix as confusion_matrix
from tfspec.contrib.metrics._metrics import f1_score as f1_score
from tfspec.contrib.metrics._metrics import sparse_recall_at_top_k as sparse_recall_at_top_k
from tfspec.contrib.metrics._metrics import streaming_accuracy as streaming_accuracy
from tfspec.contrib.metrics._metrics import streaming_auc as streaming_auc
from tfspec.contrib.metrics._metrics import streaming_covariance as streaming_covariance
from tfspec.contrib.metrics._metrics import streaming_false_negatives as streaming_false_negatives
from tfspec.contrib.metrics._metrics import (
    streaming_false_negatives_at_thresholds as streaming_false_negatives_at_thresholds,
)
from tfspec.contrib.metrics._metrics import streaming_false_positives as streaming_false_positives
from tfspec.contrib.metrics._metrics import (
    streaming_false_positives_at_thresholds as streaming_false_positives_at_thresholds,
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
from tfspec.contrib.metrics._metrics import streaming_mean_tensor as streaming_mean_tensor
from tfspec.contrib.metrics._metrics import (
    streaming_pearson_correlation as streaming_pearson_correlation,
)
from tfspec.contrib.metrics._metrics import streaming_percentage_less as streaming_percentage_less
from tfspec.contrib.metrics._metrics import streaming_precision as streaming_precision
from tfspec.contrib.metrics._metrics import (
    streaming_precision_at_thresholds as streaming_precision_at_thresholds,
)
from tfspec.contrib.metrics._metrics import streaming_recall as streaming_recall
from tfspec.contrib.metrics._metrics import streaming_recall_at_k as streaming_recall_at_k
from tfspec.contrib.metrics._metrics import (
    streaming_recall_at_thresholds as streaming_recall_at_thresholds,
)
from tfspec.contrib.metrics._metrics import (
    streaming_root_mean_squared_error as streaming_root_mean_squared_error,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sensitivity_at_specificity as streaming_sensitivity_at_specificity,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sparse_average_precision_at_k as streaming_sparse_average_precision_at_k,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sparse_precision_at_k as streaming_sparse_precision_at_k,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sparse_precision_at_top_k as streaming_sparse_precision_at_top_k,
)
from tfspec.contrib.metrics._metrics import (
    streaming_sparse_recall_at_k as streaming_sparse_recall_at_k,
)
from tfspec.contrib.metrics._metrics import (
    streaming_specificity_at_sensitivity as streaming_specificity_at_sensitivity,
)
from tfspec.contrib.metrics._metrics import streaming_true_negatives as streaming_true_negatives
from tfspec.contrib.metrics._metrics import (
    streaming_true_negatives_at_thresholds as streaming_true_negatives_at_thresholds,
)
from tfspec.contrib.metrics._metrics import streaming_true_positives as streaming_true_positives
from tfspec.contrib.metrics._metrics import (
    streaming_true_positives_at_thresholds as streaming_true_positives_at_thresholds,
)

set_difference = sets.difference
set_intersection = sets.intersection
set_size = sets.size
set_union = sets.union
