from tensorflow.compat import v1
from tensorflow.compat.v1 import *  # noqa: F403

from tfspec import contrib as contrib
from tfspec.contrib.deprecated import audio_summary as audio_summary
from tfspec.contrib.deprecated import histogram_summary as histogram_summary
from tfspec.contrib.deprecated import image_summary as image_summary
from tfspec.contrib.deprecated import merge_all_summaries as merge_all_summaries
from tfspec.contrib.deprecated import merge_summary as merge_summary
from tfspec.contrib.deprecated import scalar_summary as scalar_summary
from tfspec.contrib.deprecated._matmul import batch_matmul as batch_matmul

from . import compat as compat
from . import distribute as distribute
from . import estimator as estimator
from . import image as image
from . import keras as keras
from . import layers as layers
from . import nn as nn
from . import train as train

# What was renamed before TensorFlow 1.0.
batch_cholesky = v1.cholesky
batch_cholesky_solve = v1.cholesky_solve
batch_fft = v1.fft
batch_fft2d = v1.fft2d
batch_fft3d = v1.fft3d
batch_ifft = v1.ifft
batch_ifft2d = v1.ifft2d
batch_ifft3d = v1.ifft3d
batch_matrix_band_part = v1.matrix_band_part
batch_matrix_determinant = v1.matrix_determinant
batch_matrix_diag = v1.matrix_diag
batch_matrix_diag_part = v1.matrix_diag_part
batch_matrix_inverse = v1.matrix_inverse
batch_matrix_set_diag = v1.matrix_set_diag
batch_matrix_solve = v1.matrix_solve
batch_matrix_solve_ls = v1.matrix_solve_ls
batch_matrix_transpose = v1.matrix_transpose
batch_matrix_triangular_solve = v1.matrix_triangular_solve
batch_self_adjoint_eig = v1.self_adjoint_eig
batch_self_adjoint_eigvals = v1.self_adjoint_eigvals
complex_abs = v1.abs
inv = v1.reciprocal
listdiff = v1.setdiff1d
mul = v1.multiply
neg = v1.negative
pack = v1.stack
select = v1.where
sub = v1.subtract
unpack = v1.unstack
