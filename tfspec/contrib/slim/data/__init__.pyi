from tf_slim.data import data_decoder as data_decoder
from tf_slim.data import data_provider as data_provider
from tf_slim.data import dataset as dataset
from tf_slim.data import dataset_data_provider as dataset_data_provider
from tf_slim.data import parallel_reader as parallel_reader
from tf_slim.data import prefetch_queue as prefetch_queue
from tf_slim.data import tfexample_decoder as tfexample_decoder
