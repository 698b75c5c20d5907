"""AI suggestions: what a language model proposes for a page, made fit for a bookmark.

To ask takes seconds. Nothing here asks: a handler does, while no transaction is open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import access, plans
from domain.bookmarks import duplicates, slugs
from domain.bookmarks.bookmarks import cleaned
from errors import Conflict, Forbidden, Invalid, TimedOut, Unavailable
from models import Suggestion, Tag
from models.suggestion import LIFETIME
from models.tag import LONGEST_TAG
from security.principal import Principal

MOST_TAGS = 10
LONGEST_TITLE = 255
LONGEST_LANGUAGE = 10
# So many of a person's tags are told, those with the most bookmarks.
_TAGS_TOLD = 100
_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")

Answer = dict[str, Any]


class AiNotAvailable(Forbidden):
    code = "AI_NOT_AVAILABLE"
    error = "AI suggestions are not available."
    message = "Turn them on in your profile; where they are on, the operator has not set them up."


class AiTimeout(TimedOut):
    code = "AI_TIMEOUT"
    error = "AI request timed out."
    message = "Try again later, or fill in the bookmark yourself."


class AiFailed(Unavailable):
    code = "AI_FAILED"
    error = "AI suggestion failed."
    message = "Try again later, or fill in the bookmark yourself."


class Question(NamedTuple):
    organization_id: str
    user_id: str
    url: str
    url_hash: str
    language: str
    tags: Sequence[str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.organization_id, self.user_id, self.url_hash, self.language


def question(session: Session, user: Principal, url: str, *, is_set_up: bool) -> Question:
    """What may be asked for this page, if anything."""
    organization, _ = access.current_organization(session, user)
    plans.require_ai(organization)
    person = access.account(session, user)
    if not (is_set_up and person.ai_suggestions_enabled):
        raise AiNotAvailable
    tags = session.scalars(
        select(Tag.name)
        .filter_by(organization_id=organization.id, user_id=person.id)
        .order_by(Tag.bookmarks.desc(), Tag.id)
        .limit(_TAGS_TOLD)
    )
    url_hash = duplicates.fingerprint(url)
    return Question(organization.id, person.id, url, url_hash, person.language, tags.all())


def facts(asked: Question, page: Mapping[str, str]) -> dict[str, Any]:
    """What the model is told. A query may hold a secret, and so may what stands before the host."""
    parts = urlsplit(asked.url)
    return {
        "url": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
        **page,
        "language": asked.language,
        "existing_tags": asked.tags,
    }


def kept(session: Session, asked: Question) -> Answer | None:
    """The answer to the same question, if it is not too old."""
    found = session.get(Suggestion, asked.key)
    if found is None or found.created_at < clock.now() - LIFETIME:
        return None
    return _with_free_slug(session, asked, found.answer)


def keep(session: Session, user: Principal, asked: Question, proposed: Mapping[str, Any]) -> Answer:
    access.stay(session, user)
    answer = _fit(asked, proposed)
    found = session.get(Suggestion, asked.key) or Suggestion(
        organization_id=asked.organization_id,
        user_id=asked.user_id,
        url_hash=asked.url_hash,
        language=asked.language,
    )
    try:
        with session.begin_nested():
            found.answer, found.created_at = answer, clock.now()
            session.add(found)
    except IntegrityError:
        pass  # asked twice at the same moment; the other answer is as good
    return _with_free_slug(session, asked, answer)


def _fit(asked: Question, proposed: Mapping[str, Any]) -> Answer:
    title = cleaned(proposed["title"])[:LONGEST_TITLE].strip()
    if not title:
        raise AiFailed
    slug = _NOT_IN_A_SLUG.sub("-", proposed["slug"].lower()).strip("-")
    return {
        "title": title,
        "slug": slug if slugs.is_sound(slug) else "",
        "tags": [*_tags(asked, proposed["tags"])][:MOST_TAGS],
        "language": cleaned(proposed["language"])[:LONGEST_LANGUAGE].strip() or asked.language,
        "confidence": min(max(float(proposed["confidence"]), 0.0), 1.0),
    }


def _tags(asked: Question, proposed: Sequence[str]) -> Iterator[str]:
    """Each once; one that the person has already, as they write it."""
    own = {name.casefold(): name for name in asked.tags}
    told: set[str] = set()
    for name in map(cleaned, proposed):
        folded = name.casefold()
        if 0 < len(name) <= LONGEST_TAG and folded not in told:
            told.add(folded)
            yield own.get(folded, name)


def _with_free_slug(session: Session, asked: Question, answer: Answer) -> Answer:
    """Somebody may have taken it since the answer was kept."""
    try:
        slugs.require_free(session, asked.organization_id, answer["slug"])
    except (Conflict, Invalid):
        return {**answer, "slug": ""}
    return answer
