from tfspec.contrib.learn._export import make_export_strategy as make_export_strategy
