from tfspec.contrib.tensorboard.plugins.projector._projector import EmbeddingInfo as EmbeddingInfo
from tfspec.contrib.tensorboard.plugins.projector._projector import (
    ProjectorConfig as ProjectorConfig,
)
from tfspec.contrib.tensorboard.plugins.projector._projector import SpriteMetadata as SpriteMetadata
from tfspec.contrib.tensorboard.plugins.projector._projector import (
    visualize_embeddings as visualize_embeddings,
)
