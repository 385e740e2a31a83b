from . import metric_learning as metric_learning
