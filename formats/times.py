"""Times as products write them: seconds, milli- or microseconds since 1970, or ISO 8601."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?")


def read(text: object) -> datetime | None:
    """None for what is no time, or beyond the years that there are."""
    if not text:
        return None
    written = str(text).strip()
    try:
        if _NUMBER.fullmatch(written):
            return _EPOCH + timedelta(seconds=_seconds(float(written)))
        time = datetime.fromisoformat(written)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write(time: datetime | None) -> str | None:
    """To the microsecond, so that nothing is lost; takes UTC."""
    return None if time is None else f"{time:%Y-%m-%dT%H:%M:%S.%f}Z"


def _seconds(number: float) -> float:
    """No bookmark is from after the year 5138, nor was one made in the first hours of 1970."""
    if number > 1e14:
        return number / 1e6
    return number / 1e3 if number > 1e11 else number
