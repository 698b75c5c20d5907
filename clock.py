"""The only place that asks for the time."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
