from tensorflow.compat.v1.train import ProfilerHook as ProfilerHook
