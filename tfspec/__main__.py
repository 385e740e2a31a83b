"""`python -m tfspec`: the command line."""

import sys

from tfspec.cli import main

sys.exit(main())
