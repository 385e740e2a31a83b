from tensorflow.compat.v1.distributions import FULLY_REPARAMETERIZED as FULLY_REPARAMETERIZED
from tensorflow.compat.v1.distributions import NOT_REPARAMETERIZED as NOT_REPARAMETERIZED
from tensorflow.compat.v1.distributions import Bernoulli as Bernoulli
from tensorflow.compat.v1.distributions import Beta as Beta
from tensorflow.compat.v1.distributions import Categorical as Categorical
from tensorflow.compat.v1.distributions import Dirichlet as Dirichlet
from tensorflow.compat.v1.distributions import DirichletMultinomial as DirichletMultinomial
from tensorflow.compat.v1.distributions import Distribution as Distribution
from tensorflow.compat.v1.distributions import Exponential as Exponential
from tensorflow.compat.v1.distributions import Gamma as Gamma
from tensorflow.compat.v1.distributions import Laplace as Laplace
from tensorflow.compat.v1.distributions import Multinomial as Multinomial
from tensorflow.compat.v1.distributions import Normal as Normal
from tensorflow.compat.v1.distributions import RegisterKL as RegisterKL
from tensorflow.compat.v1.distributions import ReparameterizationType as ReparameterizationType
from tensorflow.compat.v1.distributions import StudentT as StudentT
from tensorflow.compat.v1.distributions import Uniform as Uniform
from tensorflow.compat.v1.distributions import kl_divergence as kl_divergence

from tfspec.contrib.distributions._normal import MultivariateNormalDiag as MultivariateNormalDiag
from tfspec.contrib.distributions._normal import (
    MultivariateNormalDiagWithSoftplusScale as MultivariateNormalDiagWithSoftplusScale,
)
from tfspec.contrib.distributions._normal import NormalWithSoftplusScale as NormalWithSoftplusScale
