from tfspec.contrib.learn.datasets._base import Dataset as Dataset
from tfspec.contrib.learn.datasets._base import Datasets as Datasets
from tfspec.contrib.learn.datasets._base import (
    load_csv_with_header as load_csv_with_header,
)
from tfspec.contrib.learn.datasets._base import (
    load_csv_without_header as load_csv_without_header,
)
from tfspec.contrib.learn.datasets._base import maybe_download as maybe_download
