from tensorflow.compat import v1
from tensorflow.compat.v1 import make_ndarray as make_ndarray
from tensorflow.compat.v1 import make_tensor_proto as make_tensor_proto

constant_value = v1.get_static_value
