from tfspec.contrib.opt._external import (
    ExternalOptimizerInterface as ExternalOptimizerInterface,
)
from tfspec.contrib.opt._external import (
    ScipyOptimizerInterface as ScipyOptimizerInterface,
)
from tfspec.contrib.opt._more import AdaMaxOptimizer as AdaMaxOptimizer
from tfspec.contrib.opt._more import LARSOptimizer as LARSOptimizer
from tfspec.contrib.opt._more import NadamOptimizer as NadamOptimizer
from tfspec.contrib.opt._more import clip_gradients_by_global_norm as clip_gradients_by_global_norm
from tfspec.contrib.opt._opt import AdamWOptimizer as AdamWOptimizer
from tfspec.contrib.opt._opt import DecoupledWeightDecayExtension as DecoupledWeightDecayExtension
from tfspec.contrib.opt._opt import LazyAdamOptimizer as LazyAdamOptimizer
from tfspec.contrib.opt._opt import MomentumWOptimizer as MomentumWOptimizer
from tfspec.contrib.opt._opt import MovingAverageOptimizer as MovingAverageOptimizer
from tfspec.contrib.opt._opt import (
    extend_with_decoupled_weight_decay as extend_with_decoupled_weight_decay,
)
from tfspec.contrib.opt._sign import AddSignOptimizer as AddSignOptimizer
from tfspec.contrib.opt._sign import MultitaskOptimizerWrapper as MultitaskOptimizerWrapper
from tfspec.contrib.opt._sign import PowerSignOptimizer as PowerSignOptimizer
from tfspec.contrib.opt._sign import RegAdagradOptimizer as RegAdagradOptimizer
from tfspec.contrib.opt._sign import VariableClippingOptimizer as VariableClippingOptimizer
