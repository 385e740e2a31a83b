from tfspec.contrib.learn.datasets._base import maybe_download as maybe_download
from tfspec.contrib.learn.datasets._mnist import DataSet as DataSet
from tfspec.contrib.learn.datasets._mnist import read_data_sets as read_data_sets
