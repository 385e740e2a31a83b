from tfspec.contrib.staging._staging import StagingArea as StagingArea
