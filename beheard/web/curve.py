"""A person's own readings as the points of a line: drawn on the server, so that it works without JavaScript."""

from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 600, 200
MARGIN = 14


@dataclass(frozen=True)
class Point:
    """One reading: when, how strong (1–10), and where it lies in a box of WIDTH × HEIGHT."""

    at: datetime
    intensity: int
    x: float
    y: float


def curve_points(readings):
    """Points for `readings`, (datetime, intensity) pairs in order of time. Equal times share the middle."""
    readings = list(readings)
    if not readings:
        return []
    first, last = readings[0][0], readings[-1][0]
    span = (last - first).total_seconds()
    return [Point(at, value, _x((at - first).total_seconds(), span), _y(value)) for at, value in readings]


def line_path(points):
    """The SVG path through the points."""
    return " ".join(f"{'L' if index else 'M'}{point.x} {point.y}" for index, point in enumerate(points))


def dots_path(points):
    """A round dot at each point: lines of no length, whose round caps stay round however the box is stretched."""
    return " ".join(f"M{point.x} {point.y}h0.01" for point in points)


def _x(seconds, span):
    share = seconds / span if span else 0.5
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def _y(intensity):
    return round(HEIGHT - (intensity - 0.5) * HEIGHT / 10, 1)
