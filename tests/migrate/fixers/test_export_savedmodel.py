"""Fixer export_savedmodel."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "export_savedmodel"


@pytest.mark.parametrize(
    "text",
    [
        "e.export_saved_model(d, f)\n",
        "export_savedmodel(d, f)\n",
        "f = e.export_savedmodel\n",
        "def export_savedmodel(self): pass\n",
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize("arguments", ["d, f, None, False, None, True", "*a", "d, **options"])
def test_unclear_arguments_are_reported(arguments):
    left = check_noop(f"e.export_savedmodel({arguments})\n", FIXER)
    assert "can't tell what is passed for strip_default_attrs" in left[0].message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d, f", "d, f"),
        ("d, f, as_text=True", "d, f, as_text=True"),
        ("d, f, strip_default_attrs=True", "d, f"),
        (
            "d, strip_default_attrs=True, serving_input_receiver_fn=f",
            "d, serving_input_receiver_fn=f",
        ),
        (
            "\n    d,\n    f,\n    strip_default_attrs=True,  # smaller\n",
            "\n    d,\n    f,  # smaller\n",
        ),
    ],
)
def test_calls(before, after):
    check_transformed(
        f"make(x).export_savedmodel({before})\n",
        f"make(x).export_saved_model({after})\n",
        FIXER,
    )
