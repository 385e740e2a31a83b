"""tf.contrib.framework.nest: what isn't in `tf.nest`."""

from __future__ import annotations

from tfspec import _tf

assert_shallow_structure = _tf.nest().assert_shallow_structure
flatten_dict_items = _tf.nest().flatten_dict_items
flatten_up_to = _tf.nest().flatten_up_to
map_structure_up_to = _tf.nest().map_structure_up_to
