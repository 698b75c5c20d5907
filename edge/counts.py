"""Counters that start anew when their window ends, in this process's memory."""

from math import inf

import clock


class Counts:
    """Asked like a storage of the limits library, on the event loop only.

    The library's own one starts a thread every ten milliseconds under load, which walks all keys;
    here the walk comes when the number of keys has doubled. Its base class would put a guard
    against a broken connection around every call.
    """

    FIRST_SWEEP = 10_000

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}  # number, end
        self._sweep_at = self.FIRST_SWEEP

    def __len__(self) -> int:
        return len(self._windows)

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

    def _sweep(self, now: float) -> None:
        if len(self._windows) >= self._sweep_at:
            self._windows = {key: held for key, held in self._windows.items() if held[1] > now}
            self._sweep_at = max(self.FIRST_SWEEP, 2 * len(self._windows))
