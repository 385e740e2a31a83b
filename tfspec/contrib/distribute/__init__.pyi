from tensorflow.compat.v1.distribute import OneDeviceStrategy as OneDeviceStrategy
from tensorflow.compat.v1.distribute import get_loss_reduction as get_loss_reduction
from tensorflow.compat.v1.distribute import get_replica_context as get_replica_context
from tensorflow.compat.v1.distribute import has_strategy as has_strategy
from tensorflow.compat.v1.distribute import (
    in_cross_replica_context as in_cross_replica_context,
)
from tensorflow.compat.v1.tpu.experimental import (
    initialize_tpu_system as initialize_tpu_system,
)

from tfspec.contrib.distribute._distribute import (
    AllReduceCrossDeviceOps as AllReduceCrossDeviceOps,
)
from tfspec.contrib.distribute._distribute import (
    CollectiveAllReduceStrategy as CollectiveAllReduceStrategy,
)
from tfspec.contrib.distribute._distribute import DistributeConfig as DistributeConfig
from tfspec.contrib.distribute._distribute import MirroredStrategy as MirroredStrategy
from tfspec.contrib.distribute._distribute import (
    ParameterServerStrategy as ParameterServerStrategy,
)
from tfspec.contrib.distribute._distribute import TPUStrategy as TPUStrategy
