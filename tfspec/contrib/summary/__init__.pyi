from tfspec.contrib.summary._summary import all_summary_ops as all_summary_ops
from tfspec.contrib.summary._summary import (
    always_record_summaries as always_record_summaries,
)
from tfspec.contrib.summary._summary import audio as audio
from tfspec.contrib.summary._summary import create_file_writer as create_file_writer
from tfspec.contrib.summary._summary import flush as flush
from tfspec.contrib.summary._summary import generic as generic
from tfspec.contrib.summary._summary import histogram as histogram
from tfspec.contrib.summary._summary import image as image
from tfspec.contrib.summary._summary import initialize as initialize
from tfspec.contrib.summary._summary import (
    never_record_summaries as never_record_summaries,
)
from tfspec.contrib.summary._summary import (
    record_summaries_every_n_global_steps as record_summaries_every_n_global_steps,
)
from tfspec.contrib.summary._summary import scalar as scalar
from tfspec.contrib.summary._summary import (
    should_record_summaries as should_record_summaries,
)
