from tensorflow.compat.v1 import argsort as argsort
from tensorflow.compat.v1 import is_tensor as is_tensor
from tensorflow.compat.v1 import nest as nest
from tensorflow.compat.v1 import sort as sort
from tensorflow.compat.v1.train import assert_global_step as assert_global_step
from tensorflow.compat.v1.train import create_global_step as create_global_step
from tensorflow.compat.v1.train import get_global_step as get_global_step
from tensorflow.compat.v1.train import (
    get_or_create_global_step as get_or_create_global_step,
)
from tensorflow.compat.v1.train import init_from_checkpoint as init_from_checkpoint
from tensorflow.compat.v1.train import list_variables as list_variables
from tensorflow.compat.v1.train import load_checkpoint as load_checkpoint
from tensorflow.compat.v1.train import load_variable as load_variable

from tfspec.contrib.framework._arg_scope import add_arg_scope as add_arg_scope
from tfspec.contrib.framework._arg_scope import arg_scope as arg_scope
from tfspec.contrib.framework._variables import (
    assign_from_checkpoint as assign_from_checkpoint,
)
from tfspec.contrib.framework._variables import (
    assign_from_checkpoint_fn as assign_from_checkpoint_fn,
)
from tfspec.contrib.framework._variables import filter_variables as filter_variables
from tfspec.contrib.framework._variables import (
    get_local_variables as get_local_variables,
)
from tfspec.contrib.framework._variables import (
    get_model_variables as get_model_variables,
)
from tfspec.contrib.framework._variables import get_name_scope as get_name_scope
from tfspec.contrib.framework._variables import (
    get_trainable_variables as get_trainable_variables,
)
from tfspec.contrib.framework._variables import (
    get_unique_variable as get_unique_variable,
)
from tfspec.contrib.framework._variables import get_variables as get_variables
from tfspec.contrib.framework._variables import (
    get_variables_by_name as get_variables_by_name,
)
from tfspec.contrib.framework._variables import (
    get_variables_by_suffix as get_variables_by_suffix,
)
from tfspec.contrib.framework._variables import (
    get_variables_to_restore as get_variables_to_restore,
)
from tfspec.contrib.framework._variables import local_variable as local_variable
from tfspec.contrib.framework._variables import model_variable as model_variable
from tfspec.contrib.framework._variables import variable as variable
