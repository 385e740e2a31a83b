from . import projector as projector
