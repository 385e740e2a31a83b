from tfspec.contrib.learn._experiment import run as run
from tfspec.contrib.learn._experiment import tune as tune
