"""How and where an Estimator runs: `RunConfig` and the `TF_CONFIG` variable."""

from tfspec.config._run_config import RunConfig
from tfspec.config._session_config import default_session_config
from tfspec.config._tf_config import TaskType

__all__ = ["RunConfig", "TaskType", "default_session_config"]
