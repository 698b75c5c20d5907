"""Hashing passwords: argon2id, and the same work whether or not there is an account."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

import config


@cache
def _hasher() -> PasswordHasher:
    if config.settings().password_hash_cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the password of an account that does not exist")


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Without a hash the answer is no, after as much work as with one."""
    try:
        return _hasher().verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerifyMismatchError, InvalidHashError):
        return False
