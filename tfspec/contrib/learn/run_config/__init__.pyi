from tfspec.contrib.learn._config import RunConfig as RunConfig
