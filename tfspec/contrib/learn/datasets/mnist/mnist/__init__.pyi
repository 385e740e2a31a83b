from tfspec.contrib.learn.datasets._mnist_model import IMAGE_PIXELS as IMAGE_PIXELS
from tfspec.contrib.learn.datasets._mnist_model import IMAGE_SIZE as IMAGE_SIZE
from tfspec.contrib.learn.datasets._mnist_model import NUM_CLASSES as NUM_CLASSES
from tfspec.contrib.learn.datasets._mnist_model import evaluation as evaluation
from tfspec.contrib.learn.datasets._mnist_model import inference as inference
from tfspec.contrib.learn.datasets._mnist_model import loss as loss
from tfspec.contrib.learn.datasets._mnist_model import training as training
