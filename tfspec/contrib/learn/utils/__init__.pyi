from tfspec.contrib.learn._export import make_export_strategy as make_export_strategy

from . import input_fn_utils as input_fn_utils
from . import saved_model_export_utils as saved_model_export_utils
