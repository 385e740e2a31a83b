from tensorflow.compat.v1.nn import (
    safe_embedding_lookup_sparse as safe_embedding_lookup_sparse,
)
from tf_slim.layers import *  # noqa: F403

from tfspec.contrib.layers import _initializers, _layers
from tfspec.contrib.layers._columns import (
    SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY as SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY,
)
from tfspec.contrib.layers._columns import bucketized_column as bucketized_column
from tfspec.contrib.layers._columns import check_feature_columns as check_feature_columns
from tfspec.contrib.layers._columns import (
    create_feature_spec_for_parsing as create_feature_spec_for_parsing,
)
from tfspec.contrib.layers._columns import crossed_column as crossed_column
from tfspec.contrib.layers._columns import embedding_column as embedding_column
from tfspec.contrib.layers._columns import (
    input_from_feature_columns as input_from_feature_columns,
)
from tfspec.contrib.layers._columns import (
    make_place_holder_tensors_for_base_features as make_place_holder_tensors_for_base_features,
)
from tfspec.contrib.layers._columns import one_hot_column as one_hot_column
from tfspec.contrib.layers._columns import (
    parse_feature_columns_from_examples as parse_feature_columns_from_examples,
)
from tfspec.contrib.layers._columns import real_valued_column as real_valued_column
from tfspec.contrib.layers._columns import shared_embedding_columns as shared_embedding_columns
from tfspec.contrib.layers._columns import (
    sparse_column_with_hash_bucket as sparse_column_with_hash_bucket,
)
from tfspec.contrib.layers._columns import (
    sparse_column_with_integerized_feature as sparse_column_with_integerized_feature,
)
from tfspec.contrib.layers._columns import (
    sparse_column_with_keys as sparse_column_with_keys,
)
from tfspec.contrib.layers._columns import (
    sparse_column_with_vocabulary_file as sparse_column_with_vocabulary_file,
)
from tfspec.contrib.layers._columns import weighted_sparse_column as weighted_sparse_column
from tfspec.contrib.layers._columns import (
    weighted_sum_from_feature_columns as weighted_sum_from_feature_columns,
)
from tfspec.contrib.layers._initializers import (
    variance_scaling_initializer as variance_scaling_initializer,
)
from tfspec.contrib.layers._initializers import xavier_initializer as xavier_initializer
from tfspec.contrib.layers._layers import avg_pool2d as avg_pool2d
from tfspec.contrib.layers._layers import batch_norm as batch_norm
from tfspec.contrib.layers._layers import conv2d as conv2d
from tfspec.contrib.layers._layers import dropout as dropout
from tfspec.contrib.layers._layers import flatten as flatten
from tfspec.contrib.layers._layers import fully_connected as fully_connected
from tfspec.contrib.layers._layers import layer_norm as layer_norm
from tfspec.contrib.layers._layers import max_pool2d as max_pool2d
from tfspec.contrib.layers._optimize import OPTIMIZER_CLS_NAMES as OPTIMIZER_CLS_NAMES
from tfspec.contrib.layers._optimize import OPTIMIZER_SUMMARIES as OPTIMIZER_SUMMARIES
from tfspec.contrib.layers._optimize import optimize_loss as optimize_loss
from tfspec.contrib.layers._regularizers import (
    apply_regularization as apply_regularization,
)
from tfspec.contrib.layers._regularizers import l1_l2_regularizer as l1_l2_regularizer
from tfspec.contrib.layers._regularizers import l1_regularizer as l1_regularizer
from tfspec.contrib.layers._regularizers import l2_regularizer as l2_regularizer
from tfspec.contrib.layers._regularizers import sum_regularizer as sum_regularizer
from tfspec.contrib.layers._small import bow_encoder as bow_encoder
from tfspec.contrib.layers._small import embed_sequence as embed_sequence
from tfspec.contrib.layers._small import embedding_lookup_unique as embedding_lookup_unique
from tfspec.contrib.layers._small import linear as linear
from tfspec.contrib.layers._small import one_hot_encoding as one_hot_encoding
from tfspec.contrib.layers._small import relu as relu
from tfspec.contrib.layers._small import relu6 as relu6
from tfspec.contrib.layers._small import repeat as repeat
from tfspec.contrib.layers._small import stack as stack
from tfspec.contrib.layers._small import unit_norm as unit_norm
from tfspec.contrib.learn import _inputs

convolution = _layers.conv2d
convolution2d = _layers.conv2d
xavier_initializer_conv2d = _initializers.xavier_initializer
infer_real_valued_columns = _inputs.infer_real_valued_columns_from_input
