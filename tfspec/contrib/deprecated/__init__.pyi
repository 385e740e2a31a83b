from tfspec.contrib.deprecated._summaries import audio_summary as audio_summary
from tfspec.contrib.deprecated._summaries import histogram_summary as histogram_summary
from tfspec.contrib.deprecated._summaries import image_summary as image_summary
from tfspec.contrib.deprecated._summaries import merge_all_summaries as merge_all_summaries
from tfspec.contrib.deprecated._summaries import merge_summary as merge_summary
from tfspec.contrib.deprecated._summaries import scalar_summary as scalar_summary
