"""Making an account, and proving that its e-mail address is the person's own."""

import secrets
import string
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import organizations, outbox
from errors import Forbidden, Invalid
from models import EmailToken, Installation, Invitation, User
from security.tokens import hash_secret, new_secret

LINK_LIFETIME = timedelta(hours=24)
SPECIAL = set("!@#$%^&*()_+-=[]{};':\",.<>/?\\|`~ ")
KEY_LETTERS = "".join(
    letter for letter in string.ascii_letters + string.digits if letter not in "0OIl"
)


class RegistrationClosed(Forbidden):
    code = "REGISTRATION_CLOSED"
    error = "Registration is closed here."
    message = "Ask for an invitation, and register with the invited address."


class AlreadySetUp(Forbidden):
    code = "ALREADY_SET_UP"
    error = "This installation already has an account."
    message = "Sign in, or ask its administrator."


class PasswordTooWeak(Invalid):
    code = "PASSWORD_TOO_WEAK"
    error = "The password is too easy to guess."
    message = "Use an upper-case letter, a lower-case letter, a digit and another character."


class LinkInvalid(Invalid):
    code = "VERIFICATION_LINK_INVALID"
    error = "This verification link is not valid."
    message = "Use the newest mail, or ask for a new link."


class LinkUsed(Invalid):
    code = "VERIFICATION_LINK_USED"
    error = "This verification link has already been used."
    message = "Sign in."


class LinkExpired(Invalid):
    code = "VERIFICATION_LINK_EXPIRED"
    error = "This verification link has expired."
    message = "Ask for a new link."


class EmailUnavailable(Invalid):
    code = "EMAIL_UNAVAILABLE"
    error = "This e-mail address cannot be used."
    message = "Use another one, or sign in with it."


def require_strong(password: str, pointer: str = "/password") -> None:
    classes = {
        "an upper-case letter": any(c in string.ascii_uppercase for c in password),
        "a lower-case letter": any(c in string.ascii_lowercase for c in password),
        "a digit": any(c in string.digits for c in password),
        "a character that is neither letter nor digit": any(c in SPECIAL for c in password),
    }
    missing = [name for name, present in classes.items() if not present]
    if missing:
        raise PasswordTooWeak(
            details=[{"pointer": pointer, "reason": f"needs {name}"} for name in missing]
        )


def register(session: Session, email: str, name: str, password_hash: str, *, is_open: bool) -> None:
    """The same for every address, so that nobody learns who has an account."""
    email = email.lower()
    if not is_open and not _is_invited(session, email):
        raise RegistrationClosed
    # Locked, so that of two links mailed at once the later ends the earlier.
    known = select(User).where(User.email == email).with_for_update(key_share=True)
    person = session.scalar(known)
    if person is None:
        person = _try_to_add(session, email, name, password_hash)
    if person is None or person.email_verified_at is not None:
        known_as = person.name if person else name.strip()
        outbox.mail(session, "account_exists", email, name=known_as, link="/app/login")
        return
    # An earlier registration proved nothing, so its password must not open what this one makes.
    person.name, person.password_hash = name.strip(), password_hash
    _mail_link(session, person)


def add_person(session: Session, email: str, name: str, password_hash: str | None) -> User:
    """A person and the organization everyone has; closes set-up for good."""
    person = User(
        email=email.lower(),
        name=name.strip(),
        password_hash=password_hash,
        user_key="".join(secrets.choice(KEY_LETTERS) for _ in range(9)),
    )
    session.add(person)
    session.flush()  # the organization needs its id, and here a taken address shows
    organizations.found_for_new_person(session, person)
    if not is_set_up(session):
        close_setup(session)
    return person


def set_up(session: Session, email: str, name: str, password_hash: str) -> User:
    if is_set_up(session) or not close_setup(session):
        raise AlreadySetUp
    person = add_person(session, email, name, password_hash)
    person.is_admin = True
    person.email_verified_at = clock.now()
    return person


def is_set_up(session: Session) -> bool:
    return session.get(Installation, 1) is not None


def close_setup(session: Session) -> bool:
    """Whether it was still open: of two first people at once, the primary key lets one close it."""
    try:
        with session.begin_nested():
            session.add(Installation())
    except IntegrityError:
        return False
    return True


def verify(session: Session, token: str) -> None:
    link, person = _link(session, token, lock=True)
    now = clock.now()
    if link.used_at is not None:
        raise LinkUsed if person.email_verified_at else LinkInvalid
    if link.expires_at <= now:
        raise LinkExpired
    link.used_at = person.email_verified_at = now


def link_status(session: Session, token: str) -> tuple[str, str | None]:
    try:
        link, person = _link(session, token)
    except LinkInvalid:
        return "invalid", None
    if link.used_at is not None:
        return ("used", None) if person.email_verified_at else ("invalid", None)
    return ("valid" if clock.now() < link.expires_at else "expired"), person.email


def resend(session: Session, token: str, new_email: str | None) -> None:
    link, person = _link(session, token, lock=True)
    if person.email_verified_at is not None:
        raise LinkUsed
    if link.used_at is not None:
        raise LinkInvalid  # a later link took its place
    if new_email is not None:
        _move(session, person, new_email)
    _mail_link(session, person)


def request(session: Session, email: str, new_email: str | None, *, has_proof: bool) -> bool:
    """Whether the address was changed; only the right password may do that."""
    person = session.scalar(
        select(User).where(User.email == email.lower(), User.email_verified_at.is_(None))
    )
    if person is None:
        return False
    if new_email is not None:
        if not has_proof:
            return False
        _move(session, person, new_email)
    _mail_link(session, person)
    return new_email is not None


def _try_to_add(session: Session, email: str, name: str, password_hash: str) -> User | None:
    try:
        with session.begin_nested():
            return add_person(session, email, name, password_hash)
    except IntegrityError:
        return None  # somebody registered the address this very moment


def _is_invited(session: Session, email: str) -> bool:
    found = session.scalar(
        select(Invitation.id)
        .where(Invitation.email == email, Invitation.is_pending(clock.now()))
        .limit(1)
    )
    return found is not None


def _link(session: Session, token: str, *, lock: bool = False) -> tuple[EmailToken, User]:
    query = (
        select(EmailToken, User)
        .join(User, User.id == EmailToken.user_id)
        .where(EmailToken.token_hash == hash_secret(token))
    )
    found = session.execute(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise LinkInvalid
    link, person = found
    return link, person


def _move(session: Session, person: User, email: str) -> None:
    person.email = email.lower()
    try:
        with session.begin_nested():
            session.flush()  # here a taken address shows
    except IntegrityError:
        raise EmailUnavailable(
            details=[{"pointer": "/newEmail", "reason": "cannot be used"}]
        ) from None


def _mail_link(session: Session, person: User) -> None:
    """Every earlier link ends."""
    now = clock.now()
    session.execute(
        update(EmailToken)
        .where(EmailToken.user_id == person.id, EmailToken.used_at.is_(None))
        .values(used_at=now)
    )
    token, token_hash = new_secret()
    expires_at: datetime = now + LINK_LIFETIME
    session.add(EmailToken(user_id=person.id, token_hash=token_hash, expires_at=expires_at))
    outbox.mail(
        session,
        "verify_signup",
        person.email,
        name=person.name,
        link=f"/app/verify-email#token={token}",
        expires_at=expires_at.isoformat(timespec="minutes"),
    )
