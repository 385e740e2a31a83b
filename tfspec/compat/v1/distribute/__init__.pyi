from tensorflow.compat.v1.distribute import *  # noqa: F403

from . import cluster_resolver as cluster_resolver
