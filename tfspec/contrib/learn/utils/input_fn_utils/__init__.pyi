from tfspec.contrib.learn._export import InputFnOps as InputFnOps
from tfspec.contrib.learn._export import (
    build_parsing_serving_input_fn as build_parsing_serving_input_fn,
)
