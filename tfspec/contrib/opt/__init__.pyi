from tfspec.contrib.opt._opt import AdamWOptimizer as AdamWOptimizer
from tfspec.contrib.opt._opt import LazyAdamOptimizer as LazyAdamOptimizer
from tfspec.contrib.opt._opt import MomentumWOptimizer as MomentumWOptimizer
from tfspec.contrib.opt._opt import MovingAverageOptimizer as MovingAverageOptimizer
