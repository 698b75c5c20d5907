"""The examples of the contract: what the server gives while time, ids and secrets stand still.

A test marked `example` runs in such a world; `--record` writes what it received into the document,
and any other run fails when it receives something else.
"""

import hashlib
import random
import secrets
from datetime import UTC, datetime
from itertools import count

import pytest
import uuid_utils

import clock
from contract import examples
from contract.current import document

NOW = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
RECORDED = {}
_chance = random.Random()
_numbers = count()


def stand_still(monkeypatch):
    _count_from(0)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(secrets, "token_bytes", lambda size=32: _chance.randbytes(size))
    monkeypatch.setattr(secrets, "choice", lambda letters: _chance.choice(letters))
    monkeypatch.setattr(uuid_utils, "uuid7", lambda: _id(next(_numbers)))


def count_anew():
    """What is made from here on does not depend on how much was made before."""
    _count_from(0x8000)


def hold(name, value, *, recording):
    RECORDED[name] = value
    committed = document().spec["components"].get("examples", {}).get(name, {})
    if not recording and committed.get("value") != value:
        pytest.fail(f"run `make examples`: {name} is not what the server gives: {value}")


def write():
    examples.PATH.write_text(examples.written(RECORDED))


def _count_from(first):
    global _numbers
    _numbers = count(first)
    _chance.seed(first)


def _id(number):
    random_part = hashlib.sha256(str(number).encode()).hexdigest()
    return f"0192f0c1-{number:04x}-7{random_part[:3]}-9{random_part[3:6]}-{random_part[6:18]}"
