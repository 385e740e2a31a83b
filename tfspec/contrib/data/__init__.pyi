from tensorflow.compat.v1.data import Dataset as Dataset
from tensorflow.compat.v1.data import FixedLengthRecordDataset as FixedLengthRecordDataset
from tensorflow.compat.v1.data import Iterator as Iterator
from tensorflow.compat.v1.data import TextLineDataset as TextLineDataset
from tensorflow.compat.v1.data import TFRecordDataset as TFRecordDataset
from tensorflow.compat.v1.data.experimental import AUTOTUNE as AUTOTUNE
from tensorflow.compat.v1.data.experimental import Counter as Counter
from tensorflow.compat.v1.data.experimental import CsvDataset as CsvDataset
from tensorflow.compat.v1.data.experimental import (
    bucket_by_sequence_length as bucket_by_sequence_length,
)
from tensorflow.compat.v1.data.experimental import (
    choose_from_datasets as choose_from_datasets,
)
from tensorflow.compat.v1.data.experimental import (
    dense_to_sparse_batch as dense_to_sparse_batch,
)
from tensorflow.compat.v1.data.experimental import (
    enumerate_dataset as enumerate_dataset,
)
from tensorflow.compat.v1.data.experimental import (
    get_single_element as get_single_element,
)
from tensorflow.compat.v1.data.experimental import group_by_window as group_by_window
from tensorflow.compat.v1.data.experimental import ignore_errors as ignore_errors
from tensorflow.compat.v1.data.experimental import (
    make_batched_features_dataset as make_batched_features_dataset,
)
from tensorflow.compat.v1.data.experimental import make_csv_dataset as make_csv_dataset
from tensorflow.compat.v1.data.experimental import (
    make_saveable_from_iterator as make_saveable_from_iterator,
)
from tensorflow.compat.v1.data.experimental import map_and_batch as map_and_batch
from tensorflow.compat.v1.data.experimental import (
    parallel_interleave as parallel_interleave,
)
from tensorflow.compat.v1.data.experimental import (
    parse_example_dataset as parse_example_dataset,
)
from tensorflow.compat.v1.data.experimental import (
    prefetch_to_device as prefetch_to_device,
)
from tensorflow.compat.v1.data.experimental import (
    rejection_resample as rejection_resample,
)
from tensorflow.compat.v1.data.experimental import (
    sample_from_datasets as sample_from_datasets,
)
from tensorflow.compat.v1.data.experimental import scan as scan
from tensorflow.compat.v1.data.experimental import (
    shuffle_and_repeat as shuffle_and_repeat,
)
from tensorflow.compat.v1.data.experimental import unbatch as unbatch
from tensorflow.compat.v1.data.experimental import unique as unique

from tfspec.contrib.data._data import assert_element_shape as assert_element_shape
from tfspec.contrib.data._data import (
    batch_and_drop_remainder as batch_and_drop_remainder,
)
from tfspec.contrib.data._data import (
    padded_batch_and_drop_remainder as padded_batch_and_drop_remainder,
)
