from tensorflow.compat.v1.distribute.cluster_resolver import (
    ClusterResolver as ClusterResolver,
)
from tensorflow.compat.v1.distribute.cluster_resolver import (
    GCEClusterResolver as GCEClusterResolver,
)
from tensorflow.compat.v1.distribute.cluster_resolver import (
    KubernetesClusterResolver as KubernetesClusterResolver,
)
from tensorflow.compat.v1.distribute.cluster_resolver import (
    SimpleClusterResolver as SimpleClusterResolver,
)
from tensorflow.compat.v1.distribute.cluster_resolver import (
    SlurmClusterResolver as SlurmClusterResolver,
)
from tensorflow.compat.v1.distribute.cluster_resolver import (
    TFConfigClusterResolver as TFConfigClusterResolver,
)

from tfspec.tpu import TPUClusterResolver as TPUClusterResolver
