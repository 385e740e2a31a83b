from tfspec.contrib.learn.datasets._mnist import DATASETS as DATASETS
from tfspec.contrib.learn.datasets._mnist import load_dataset as load_dataset

from . import base as base
from . import mnist as mnist
