from tfspec.tpu import EmbeddingConfigSpec as EmbeddingConfigSpec
