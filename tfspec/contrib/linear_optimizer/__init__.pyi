from tfspec.contrib.linear_optimizer._sdca import SDCAOptimizer as SDCAOptimizer
