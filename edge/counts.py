"""Counters that start anew when their window ends, in this process's memory."""

from math import inf

from limits.storage import Storage

import clock


class Counts(Storage):
    """A storage for the limits library, for use on the event loop.

    The library's own one starts a thread every ten milliseconds under load, which walks all keys;
    here the walk comes when the number of keys has doubled.
    """

    STORAGE_SCHEME = None
    FIRST_SWEEP = 10_000

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, tuple[int, float]] = {}  # number, end
        self._sweep_at = self.FIRST_SWEEP

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = clock.now().timestamp()
        number, end = self._windows.get(key, (0, -inf))
        if end <= now:
            self._sweep(now)
            number, end = 0, now + expiry
        number = max(number + amount, 0)
        self._windows[key] = (number, end)
        return number

    def get(self, key: str) -> int:
        number, end = self._windows.get(key, (0, -inf))
        return number if end > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        window = self._windows.get(key)
        return window[1] if window else clock.now().timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        number = len(self._windows)
        self._windows.clear()
        return number

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def _sweep(self, now: float) -> None:
        if len(self._windows) >= self._sweep_at:
            self._windows = {key: held for key, held in self._windows.items() if held[1] > now}
            self._sweep_at = max(self.FIRST_SWEEP, 2 * len(self._windows))
