from tensorflow.compat.v1 import TensorSpec as TensorSpec
from tensorflow.compat.v1 import argsort as argsort
from tensorflow.compat.v1 import (
    convert_to_tensor_or_sparse_tensor as convert_to_tensor_or_sparse_tensor,
)
from tensorflow.compat.v1 import is_tensor as is_tensor
from tensorflow.compat.v1 import py_func as py_func
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
from tf_slim.ops.arg_scope import arg_scoped_arguments as arg_scoped_arguments
from tf_slim.ops.arg_scope import current_arg_scope as current_arg_scope
from tf_slim.ops.arg_scope import has_arg_scope as has_arg_scope
from tf_slim.ops.variables import VariableDeviceChooser as VariableDeviceChooser
from tf_slim.ops.variables import add_model_variable as add_model_variable
from tf_slim.ops.variables import assert_or_get_global_step as assert_or_get_global_step
from tf_slim.ops.variables import assign_from_values as assign_from_values
from tf_slim.ops.variables import assign_from_values_fn as assign_from_values_fn
from tf_slim.ops.variables import get_variable_full_name as get_variable_full_name
from tf_slim.ops.variables import global_variable as global_variable

from tfspec.contrib.framework._arg_scope import add_arg_scope as add_arg_scope
from tfspec.contrib.framework._arg_scope import arg_scope as arg_scope
from tfspec.contrib.framework._small import prepend_name_scope as prepend_name_scope
from tfspec.contrib.framework._small import smart_case as smart_case
from tfspec.contrib.framework._small import smart_cond as smart_cond
from tfspec.contrib.framework._small import smart_constant_value as smart_constant_value
from tfspec.contrib.framework._small import strip_name_scope as strip_name_scope
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

from . import nest as nest
