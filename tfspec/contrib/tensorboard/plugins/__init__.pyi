from tensorboard.plugins import projector as projector
