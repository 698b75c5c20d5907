"""The clock and the settings of the running server, in a test's hands."""

from datetime import timedelta

import pytest

import clock
import config


@pytest.fixture
def later(monkeypatch):
    """`later(minutes=5)` moves the clock to five minutes after what it showed before the test."""
    began = clock.now

    def later(**passed):
        monkeypatch.setattr(clock, "now", lambda: began() + timedelta(**passed))

    return later


@pytest.fixture
def configure(monkeypatch):
    """`configure(mode="cloud")` changes settings until the test ends."""

    def configure(**changes):
        changed = config.settings().model_copy(update=changes)
        monkeypatch.setattr(config, "settings", lambda: changed)

    return configure
