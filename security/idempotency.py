"""Idempotency-Key: the first answer to a POST, again.

A request first claims its key in a transaction of its own. Then the handler's changes and the
answer are committed together, so there is never an effect whose answer is lost. A refused request
changed nothing and gives its key back.
"""

import functools
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
import config
import db
from contract.document import Operation
from errors import Conflict, Unprocessable
from models import IdempotencyKey
from models.base import new_id
from models.idempotency import LIFETIME
from security import caller
from security.tokens import hash_secret

# After this long without an answer the process that held the claim is taken for dead.
LEASE = timedelta(minutes=1)

Function = Callable[..., Any]


class KeyInUse(Conflict):
    code = "IDEMPOTENCY_KEY_IN_USE"
    error = "A request with this `Idempotency-Key` is still running."
    message = "Wait for the number of seconds in `Retry-After`, then send it again."
    headers = MappingProxyType({"Retry-After": "1"})


class KeyReused(Unprocessable):
    code = "IDEMPOTENCY_KEY_REUSED"
    error = "This `Idempotency-Key` was used for another request."
    message = "Use a new key for each thing to be done."


class Place(NamedTuple):
    """Where the answer to one request is kept, and who is working on it."""

    caller: str
    key: str
    request_hash: str
    claim: str

    @property
    def key_hash(self) -> str:
        return hash_secret(self.key)

    def is_claimed(self) -> ColumnElement[bool]:
        """The row, for as long as nobody else has claimed it."""
        return and_(
            IdempotencyKey.caller == self.caller,
            IdempotencyKey.key_hash == self.key_hash,
            IdempotencyKey.claim == self.claim,
        )


def once(operation: Operation, function: Function) -> Function:
    """Put in front of every POST handler by the resolver."""
    if operation.method != "POST":
        return function

    @functools.wraps(function)
    def answer_once(**arguments: Any) -> Any:
        key = caller.header("idempotency-key")
        if key is None:
            return function(**arguments)
        return _answer(_place(operation, arguments, key), function, arguments)

    return answer_once


def _place(operation: Operation, arguments: dict[str, Any], key: str) -> Place:
    user = arguments.get("user")
    request = {name: value for name, value in arguments.items() if name != "user"}
    # A file would take as much memory again as text; its hash says the same.
    text = orjson.dumps([operation.id, request], _hash_of_file, orjson.OPT_SORT_KEYS)
    return Place(
        user.user_id if user else f"ip {caller.ip()}"[:64],
        key,
        hashlib.sha256(text).hexdigest(),
        new_id(),
    )


def _hash_of_file(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()


def _answer(place: Place, function: Function, arguments: dict[str, Any]) -> Any:
    with db.transaction() as session:
        kept = _claim(session, place)
    if kept is not None:
        status, headers, body = kept
        return body, status, {**headers, "Idempotency-Replayed": "true"}
    try:
        with db.held() as held:
            result = function(**arguments)
            _keep(held.session(), place, result)
            held.commit()
    except BaseException:
        _give_back(place)
        raise
    return result


def _claim(session: Session, place: Place) -> tuple[int, dict[str, str], Any] | None:
    """The kept answer, or None once the key is ours."""
    now = clock.now()
    row = session.get(IdempotencyKey, (place.caller, place.key_hash), with_for_update=True)
    if row is not None and row.created_at > now - LIFETIME:
        if row.request_hash != place.request_hash:
            raise KeyReused
        if row.answer is not None:
            return _opened(place, row.answer)
        if row.claimed_until > now:
            raise KeyInUse
    _take(session, place, row, now)
    return None


def _take(session: Session, place: Place, row: IdempotencyKey | None, now: datetime) -> None:
    if row is None:
        row = IdempotencyKey(caller=place.caller, key_hash=place.key_hash)
    row.created_at, row.claimed_until = now, now + LEASE
    row.request_hash, row.claim, row.answer = place.request_hash, place.claim, None
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise KeyInUse from None  # both found no row; one was first


def _keep(session: Session, place: Place, result: Any) -> None:
    body, status, headers = (*result, {})[:3] if isinstance(result, tuple) else (result, 200, {})
    kept = session.execute(
        update(IdempotencyKey)
        .where(place.is_claimed())
        .values(answer=_sealed(place, orjson.dumps([status, headers, body])))
        .returning(IdempotencyKey.claim)
    )
    if kept.first() is None:
        raise KeyInUse  # we were taken for dead


def _give_back(place: Place) -> None:
    with db.transaction() as session:
        session.execute(delete(IdempotencyKey).where(place.is_claimed()))


# An answer may show a secret of which we otherwise keep only the hash. It can be read only with the
# client's key, which is not stored, and the server's.


def _sealed(place: Place, answer: bytes) -> bytes:
    cipher = _cipher(place, config.settings().signing_keys()[0])
    nonce = place.claim.encode()[-12:]  # random part of a UUIDv7; each claim seals once
    return nonce + cipher.encrypt(nonce, answer, None)


def _opened(place: Place, sealed: bytes) -> tuple[int, dict[str, str], Any]:
    for secret in config.settings().signing_keys():
        try:
            answer = _cipher(place, secret).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            continue
        status, headers, body = orjson.loads(answer)
        return status, headers, body
    raise KeyReused  # sealed under a server key that has been taken away since


def _cipher(place: Place, secret: str) -> AESGCM:
    derive = HKDF(SHA256(), length=32, salt=place.caller.encode(), info=b"idempotency")
    return AESGCM(derive.derive(secret.encode() + place.key.encode()))
