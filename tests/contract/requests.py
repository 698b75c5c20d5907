"""A request for any operation, made from the contract's own examples."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

import clock
import config
import db
from contract.current import document
from contract.document import Operation
from contract.spec import parameters, resolve, takes_any_query
from models import ApiToken, Base, UserSession
from tests.factories import PASSWORD

FILE = "application/octet-stream"
SPEC = document().spec
OPERATIONS = list(document().operations.values())


# A state-changing GET of the published API; see csrf.require_own_page.
CHANGED_BY_GET = {"remember_link"}
# What a click counts, a moment later, is no change.
COUNTED = {"access_count", "last_accessed_at"}


def each(wanted=lambda operation: True):
    """Runs a test once for every operation that is wanted."""
    chosen = [operation for operation in OPERATIONS if wanted(operation)]
    return pytest.mark.parametrize("operation", chosen, ids=lambda operation: operation.id)


def stated(operation: Operation) -> dict[str, Any]:
    """What the document says."""
    return SPEC["paths"][operation.path][operation.method.lower()]


def schema_of_body(operation: Operation) -> dict[str, Any] | None:
    """Of one that is JSON."""
    content = stated(operation).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return resolve(SPEC, content["application/json"]["schema"])


def is_open(operation: Operation) -> bool:
    """Also for people who are not signed in."""
    return {} in stated(operation).get("security", SPEC["security"]) or operation.public


def takes_the_bearer(operation: Operation) -> bool:
    security = stated(operation).get("security", SPEC["security"])
    return any("bearerAuth" in requirement for requirement in security)


class World:
    """A team, and one of everything an id in a request can name.

    Its owner has the address and the password of the contract's examples.
    """

    def __init__(self, make, domain="example.com"):
        self.owner = make.user(f"ada@{domain}", name="Ada Lovelace", password=PASSWORD)
        self.organization = make.organization(self.owner, seats=5, included=5)
        charles = make.user(f"charles@{domain}", name="Charles Babbage")
        self.member = make.member(self.organization, charles)
        long_ago = clock.now() - timedelta(hours=1)
        self.invitation = make.invitation(
            self.organization, f"joseph@{domain}", sent_at=long_ago, invited_by=self.owner.id
        )
        inviter = make.user(f"mary@{domain}", name="Mary Somerville")
        self.received = make.invitation(
            make.organization(inviter, name="Celestial Mechanics"),
            self.owner.email,
            invited_by=inviter.id,
        )
        self.verification = make.verification(make.user(verified=False))
        make.token(self.owner, self.organization, slot=1)
        make.session(self.owner)
        self.token_id = _only(select(ApiToken.id).where(ApiToken.user_id == self.owner.id))
        self.session_id = _only(select(UserSession.id).where(UserSession.user_id == self.owner.id))
        self.credential = make.session(self.owner)
        self.slug, self.alias = f"link-{self.owner.id}", f"alias-{self.owner.id}"
        self.bookmark = make.bookmark(
            self.organization, self.owner, slug=self.slug, url="https://example.com/{1|start}"
        )
        make.alias(self.bookmark, self.alias)
        make.preference(self.owner, self.bookmark, self.alias)
        self.deleted = make.bookmark(self.organization, self.owner, deleted_at=long_ago)
        self.team = make.team(self.organization)
        make.team_member(self.team, self.member)
        self.folder, self.parent = (make.folder(self.organization, self.owner) for _ in "12")
        self.tag, self.other_tag = (make.tag(self.organization, self.owner) for _ in "12")
        self.bookmark_share = make.share(self.bookmark, self.team)
        self.folder_share = make.share(self.folder, self.team)
        self.import_job = make.import_job(self.bookmark, started_at=clock.now(), rows_total=120)

    def named_in_path(self, segment: str, path: str) -> str:
        """The id that stands after this segment of the path."""
        share = self.folder_share if "folders" in path else self.bookmark_share
        return {
            "aliases": self.alias,
            "shares": share.id,
            "api-docs": "page.js",
            "bookmarks": self.bookmark.id,
            "folders": self.folder.id,
            "imports": self.import_job.id,
            "tags": self.tag.id,
            "go": self.slug,
            "preferences": self.alias,
            "remember": self.bookmark.id,
            "{slug}": "ABC-1",
            "{slug}+": "ABC-1",
            "trash": self.deleted.id,
            "organizations": self.organization.id,
            "org": self.organization.id,
            "members": self.member.id,
            "users": self.member.id,
            "teams": self.team.id,
            "invitations": self.invitation.id,
            "tokens": self.token_id,
            "sessions": self.session_id,
        }[segment]

    def named(self, field: str, operation: Operation) -> str | list[str] | None:
        tag = operation.tag
        secret = self.verification if tag == "Signup" else self.received.token
        someone = self.owner if tag == "Teams" else self.member  # who is not yet in the team
        return {
            "organizationId": self.organization.id,
            "user_id": someone.id,
            "parent_id": self.parent.id,
            "tag_ids": [self.other_tag.id],
            "ids": [self.bookmark.id] if tag == "Bulk" else None,
            "token": secret,
            "bookmark_id": self.bookmark.id,
            "slug": self.alias if tag == "Go" else None,
            "q": self.slug if operation.id == "follow_typed_link" else None,
        }.get(field)


@dataclass(frozen=True)
class Request:
    operation: Operation
    path: tuple[str, ...]
    query: dict[str, Any] | None
    body: Any
    file: bytes | None
    credential: str | None

    def send(self, client, path=None, headers=None, **changes):
        given = {"token": self.credential, "query": self.query, "json": self.body, **changes}
        if self.file is not None and "content" not in changes:
            given |= {"json": None, "content": self.file}
            headers = {"Content-Type": FILE, **(headers or {})}
        return client.call(self.operation.id, *(path or self.path), headers=headers, **given)


def request(operation: Operation, world: World) -> Request:
    """One that succeeds, unless the world does not let it."""
    return Request(
        operation,
        tuple(_path(operation, world)),
        _query(operation, world),
        _body(operation, world),
        file(operation),
        credential(operation, world),
    )


def credential(operation: Operation, world: World) -> str | None:
    if operation.public:
        return None
    if takes_the_bearer(operation):
        return world.credential
    return config.settings().metrics_secret.get_secret_value()


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    with db.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(*_lasting(table))).all()))
            for table in Base.metadata.sorted_tables
        }


def names_what_is_wrong(operation: Operation) -> bool:
    """Not whatever the query holds is let through."""
    return not takes_any_query(SPEC, operation.path, operation.method.lower())


def _lasting(table):
    return [column for column in table.columns if column.name not in COUNTED]


def _path(operation, world):
    segments = operation.path.split("/")
    for before, segment in pairwise(segments):
        if segment.startswith("{"):
            yield world.named_in_path(before, operation.path)


def _query(operation, world):
    return {
        each["name"]: world.named(each["name"], operation)
        or resolve(SPEC, each["schema"])["example"]
        for each in parameters(SPEC, operation.path, operation.method.lower())
        if each["in"] == "query" and each.get("required")
    } or None


def _body(operation, world):
    schema = schema_of_body(operation)
    if schema is None:
        return None
    return {
        field: world.named(field, operation) or value for field, value in schema["example"].items()
    }


def file(operation):
    content = stated(operation).get("requestBody", {}).get("content", {})
    return resolve(SPEC, content[FILE]["schema"])["example"].encode() if FILE in content else None


def _only(statement):
    with db.reading() as session:
        return session.scalars(statement).one()
