from tensorflow.compat.v1 import nest
from tensorflow.compat.v1.nest import *  # noqa: F403

from tfspec.contrib.framework._nest import assert_shallow_structure as assert_shallow_structure
from tfspec.contrib.framework._nest import flatten_dict_items as flatten_dict_items
from tfspec.contrib.framework._nest import flatten_up_to as flatten_up_to
from tfspec.contrib.framework._nest import map_structure_up_to as map_structure_up_to

is_sequence = nest.is_nested
