from tfspec.contrib.cloud._gcs import BlockCacheParams as BlockCacheParams
from tfspec.contrib.cloud._gcs import ConfigureGcsHook as ConfigureGcsHook
from tfspec.contrib.cloud._gcs import configure_gcs as configure_gcs
