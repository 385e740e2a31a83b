from tensorflow.compat.v1 import random

stateless_multinomial = random.stateless_categorical
stateless_random_normal = random.stateless_normal
stateless_random_uniform = random.stateless_uniform
stateless_truncated_normal = random.stateless_truncated_normal
