"""A comparison as a page of its own: the table, and a plot of each series.

Everything is in the one file: the plots are SVG, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence

from tfspec.record._compare import Difference
from tfspec.record._recording import Recording
from tfspec.record._table import as_table

_WIDTH, _HEIGHT, _MARGIN = 460, 200, 44
_THEIRS, _OURS = "#777777", "#c2410c"
_MAX_PLOTS = 40
_TICKS = 4

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 14px/1.5 sans-serif; margin: 2em auto; max-width: 980px; color: #222 }}
pre {{ background: #f5f5f4; padding: 1em; overflow-x: auto }}
figure {{ display: inline-block; margin: 0 8px 16px 0; vertical-align: top }}
figcaption {{ font-weight: bold }}
</style></head><body><h1>{title}</h1>
<p><b style="color:{theirs}">reference</b>: {reference}.
<b style="color:{ours}">here</b>: {here}.</p>
<pre>{table}</pre>
{plots}
</body></html>
"""


def as_html(reference: Recording, here: Recording, differences: Sequence[Difference]) -> str:
    """The page, a whole HTML document."""
    series = list(_series(reference, here))[:_MAX_PLOTS]
    return _PAGE.format(
        title="Where two runs part",
        theirs=_THEIRS,
        ours=_OURS,
        reference=html.escape(_origin(reference)),
        here=html.escape(_origin(here)),
        table=html.escape(as_table(differences)),
        plots="\n".join(
            f"<figure><figcaption>{html.escape(name)}</figcaption>{as_svg(*points)}</figure>"
            for name, *points in series
        ),
    )


def _origin(recording: Recording) -> str:
    certificate = recording["certificate"]
    estimator = certificate.get("estimator", "unknown")
    whose = {"original": "tf.estimator"}.get(estimator, estimator)
    return f"{whose} on TensorFlow {certificate.get('tensorflow', 'unknown')}"


def _series(reference: Recording, here: Recording) -> Iterator[tuple[str, list, list]]:
    """Name and points of everything that has more than one number in either recording."""
    pairs = [("logged loss", reference["losses"], here["losses"])]
    for folder in dict.fromkeys([*reference["folders"], *here["folders"]]):
        events = [side["folders"].get(folder, {}).get("events", {}) for side in (reference, here)]
        for tag in dict.fromkeys([*events[0], *events[1]]):
            pairs.append((f"{folder}: {tag}", *(side.get(tag, []) for side in events)))
    for name, *points in pairs:
        numbers = [_numbers(each) for each in points]
        if max(map(len, numbers)) > 1:
            yield name, *numbers


def _numbers(points: Sequence[Sequence[float | None]]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points if y is not None and math.isfinite(y)]


def as_svg(theirs: Sequence[tuple[float, float]], ours: Sequence[tuple[float, float]]) -> str:
    """Two series of `(step, value)` in one plot, an SVG element; one of them may be empty."""
    points = [*theirs, *ours]
    (left, right), (low, high) = (_range([point[axis] for point in points]) for axis in (0, 1))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x = _MARGIN + (point[0] - left) / (right - left) * (_WIDTH - _MARGIN - 8)
        y = 8 + (high - point[1]) / (high - low) * (_HEIGHT - _MARGIN)
        return round(x, 1), round(y, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for number in range(_TICKS + 1):
        part = number / _TICKS
        x, y = place((left + part * (right - left), low + part * (high - low)))
        bottom = _HEIGHT - _MARGIN + 8
        parts += [
            f'<line x1="{_MARGIN}" x2="{_WIDTH - 8}" y1="{y}" y2="{y}" stroke="#e5e5e5"/>',
            f'<text x="{_MARGIN - 4}" y="{y + 4}" text-anchor="end">'
            f"{low + part * (high - low):.3g}</text>",
            f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">'
            f"{left + part * (right - left):.4g}</text>",
        ]
    # The reference is broad and below, so that both are seen where they are one.
    for series, color, width in ((theirs, _THEIRS, 5), (ours, _OURS, 1.5)):
        path = " ".join(f"{x},{y}" for x, y in map(place, series))
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}"/>'
        )
    return "".join([*parts, "</svg>"])


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)
