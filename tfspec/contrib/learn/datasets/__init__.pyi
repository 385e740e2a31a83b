from . import base as base
from . import mnist as mnist
