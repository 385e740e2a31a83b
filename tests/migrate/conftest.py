"""Failures of the helpers say what differs."""

import pytest

pytest.register_assert_rewrite("tests.migrate.tools")
