from tensorflow.compat.v1.nn import conv1d_transpose as conv1d_transpose

from tfspec.contrib.nn._nn import alpha_dropout as alpha_dropout
