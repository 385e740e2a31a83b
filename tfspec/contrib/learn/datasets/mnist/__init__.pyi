from tfspec.contrib.learn.datasets._base import Dataset as Dataset
from tfspec.contrib.learn.datasets._base import Datasets as Datasets
from tfspec.contrib.learn.datasets._mnist import DataSet as DataSet
from tfspec.contrib.learn.datasets._mnist import extract_images as extract_images
from tfspec.contrib.learn.datasets._mnist import extract_labels as extract_labels
from tfspec.contrib.learn.datasets._mnist import load_mnist as load_mnist
from tfspec.contrib.learn.datasets._mnist import read_data_sets as read_data_sets

from . import input_data as input_data
from . import mnist as mnist
