"""Rows for tests: one method for each model, arguments only for what the test is about."""

from datetime import timedelta
from itertools import count

import clock
import db
from domain import sessions
from domain.bookmarks import tag_counts, urls
from domain.search import search_words
from domain.signup import LINK_LIFETIME
from models import (
    ApiToken,
    Bookmark,
    BookmarkFolder,
    BookmarkTag,
    EmailToken,
    Folder,
    FolderAncestor,
    ImportJob,
    ImportPiece,
    ImportRow,
    Invitation,
    LibrarySize,
    Membership,
    Organization,
    Share,
    Slug,
    SlugPreference,
    Tag,
    Team,
    TeamMember,
    User,
    UserSession,
)
from models.bookmark import sort_key
from security import access_tokens
from security.passwords import hash_password
from security.tokens import new_secret

PASSWORD = "Correct-Horse-7"


class Make:
    def __init__(self):
        self._numbers = count(1)

    def _saved(self, *rows):
        with db.transaction() as session:
            session.add_all(rows)
        return rows[0]

    def user(self, email=None, *, name=None, verified=True, password=None, admin=False):
        number = next(self._numbers)
        person = User(
            email=email or f"person{number}@example.com",
            name=name or f"Person {number}",
            user_key=f"key{number}",
            password_hash=hash_password(password) if password else None,
            email_verified_at=clock.now() if verified else None,
            is_admin=admin,
        )
        return self._saved(person)

    def organization(
        self, owner=None, *, plan="team", seats=5, included=1, name="Analytical Engines"
    ):
        """An organization and its owner; `seats` is their total."""
        organization = self._saved(
            Organization(
                name=name, plan=plan, included_seats=included, extra_seats=seats - included
            )
        )
        self.member(organization, owner, role="owner")
        return organization

    def member(self, organization, user=None, *, role="member"):
        user = user or self.user()
        self._saved(
            Membership(
                organization_id=organization.id,
                user_id=user.id,
                role=role,
                joined_at=clock.now(),
            )
        )
        return user

    def token(self, user, organization, *, scopes=None, organization_only=False, **fields):
        """The secret of a new API token."""
        secret, token_hash = new_secret("sb_")
        self._saved(
            ApiToken(
                organization_id=organization.id,
                user_id=user.id,
                slot=fields.pop("slot", None),
                name="token",
                token_hash=fields.pop("token_hash", token_hash),
                scopes=None if scopes is None else " ".join(scopes),
                organization_only=organization_only,
                **fields,
            )
        )
        return secret

    def session(self, user, *, organization=None, signed_in_at=None):
        """The access token of a new session."""
        now = clock.now()
        started = self._saved(
            UserSession(
                user_id=user.id,
                organization_id=organization.id if organization else None,
                signed_in_at=signed_in_at or now,
                expires_at=now + sessions.LIFETIME,
            )
        )
        return access_tokens.sign(user.id, started.id, started.expires_at)

    def verification(self, user, *, expires_at=None, used_at=None):
        """The secret of a mailed link that proves the address."""
        secret, token_hash = new_secret()
        until = expires_at or clock.now() + LINK_LIFETIME
        self._saved(
            EmailToken(user_id=user.id, token_hash=token_hash, expires_at=until, used_at=used_at)
        )
        return secret

    def invitation(self, organization, email=None, *, days=7, role="member", **fields):
        """An invitation and its token, as attributes of the row: `row.token`."""
        token, token_hash = new_secret()
        now = clock.now()
        sent_at = fields.pop("sent_at", now)
        row = Invitation(
            organization_id=organization.id,
            email=email or f"guest{next(self._numbers)}@example.com",
            role=role,
            token_hash=token_hash,
            lifetime_days=days,
            sent_at=sent_at,
            expires_at=fields.pop("expires_at", sent_at + timedelta(days=days)),
            **fields,
        )
        self._saved(row)
        row.token = token
        return row

    def team(self, organization, name="Platform"):
        return self._saved(Team(organization_id=organization.id, name=name))

    def team_member(self, team, user):
        self._saved(
            TeamMember(organization_id=team.organization_id, team_id=team.id, user_id=user.id)
        )

    def bookmark(self, organization, owner, title=None, **fields):
        """As the rules would leave it: its slug registered, its owner's library grown."""
        number = next(self._numbers)
        now = fields.pop("created_at", None) or clock.now()
        row = Bookmark(
            organization_id=organization.id,
            user_id=owner.id,
            title=title or f"Page {number}",
            title_key=sort_key(title or f"Page {number}"),
            url=fields.setdefault("url", f"https://example.com/{number}"),
            url_hash=urls.fingerprint(fields.pop("url")),
            created_at=now,
            updated_at=fields.pop("updated_at", now),
            updated_by=owner.id,
            forwarding_enabled=fields.pop("forwarding_enabled", bool(fields.get("slug"))),
            **fields,
        )
        self._saved(row)
        if row.slug:
            self.alias(row, row.slug)
        if row.deleted_at is None:
            self._grow(row)
        self._index(row)
        return row

    def alias(self, bookmark, slug):
        return self._saved(
            Slug(
                organization_id=bookmark.organization_id,
                slug=slug,
                folded=slug.casefold(),
                bookmark_id=bookmark.id,
            )
        )

    def preference(self, user, bookmark, slug):
        return self._saved(
            SlugPreference(
                organization_id=bookmark.organization_id,
                user_id=user.id,
                slug=slug,
                bookmark_id=bookmark.id,
                updated_at=clock.now(),
            )
        )

    def folder(self, organization, owner, name=None, *, parent=None, **fields):
        name = name or f"Folder {next(self._numbers)}"
        now = clock.now()
        row = self._saved(
            Folder(
                organization_id=organization.id,
                user_id=owner.id,
                parent_id=parent.id if parent else None,
                name=name,
                name_key=sort_key(name),
                updated_at=now,
                updated_by=owner.id,
                **fields,
            )
        )
        self._lies_in(row, parent)
        return row

    def tag(self, organization, owner, name=None):
        name = name or f"tag-{next(self._numbers)}"
        return self._saved(
            Tag(
                organization_id=organization.id,
                user_id=owner.id,
                name=name,
                name_key=sort_key(name),
            )
        )

    def filed(self, bookmark, *places):
        """The bookmark, put into folders and given tags."""
        link = {
            "organization_id": bookmark.organization_id,
            "bookmark_id": bookmark.id,
            "bookmark_created_at": bookmark.created_at,
        }
        for place in places:
            if isinstance(place, Tag):
                self._saved(BookmarkTag(**link, tag_id=place.id))
                self._count(bookmark, place)
            else:
                self._saved(BookmarkFolder(**link, folder_id=place.id))
        self._index(bookmark)
        return bookmark

    def _count(self, bookmark, tag):
        if bookmark.deleted_at is None:
            with db.transaction() as session:
                tag_counts.change(session, bookmark.organization_id, {tag.id: 1})

    def _index(self, bookmark):
        with db.transaction() as session:
            search_words.put(session, bookmark.organization_id, [bookmark.id])

    def share(self, item, grantee, *, access="read", expires_at=None):
        """Of a bookmark or folder, to a user or team."""
        return self._saved(
            Share(
                organization_id=item.organization_id,
                access=access,
                expires_at=expires_at,
                shared_by=item.user_id,
                **{"folder_id" if isinstance(item, Folder) else "bookmark_id": item.id},
                **{"team_id" if isinstance(grantee, Team) else "user_id": grantee.id},
            )
        )

    def import_job(self, bookmark, content=b"[]", **fields):
        """Of a file of which this bookmark was made first."""
        organization_id = bookmark.organization_id
        job = ImportJob(
            organization_id=organization_id,
            user_id=bookmark.user_id,
            format="json",
            syntax="json",
            encoding="utf-8",
            on_duplicate="skip_identical",
            dry_run=False,
            size=len(content),
            created=1,
            items_taken=1,
            **fields,
        )
        self._saved(job)
        here = {"organization_id": organization_id, "import_id": job.id}
        made = {"url": bookmark.url, "outcome": "created", "bookmark_id": bookmark.id}
        self._saved(
            ImportPiece(**here, position=0, content=content), ImportRow(**here, number=1, **made)
        )
        return job

    def _lies_in(self, folder, parent):
        with db.transaction() as session:
            above = {folder.id: 0}
            if parent is not None:
                ancestors = session.query(FolderAncestor).filter_by(
                    organization_id=folder.organization_id, descendant_id=parent.id
                )
                above |= {each.ancestor_id: each.distance + 1 for each in ancestors}
            session.add_all(
                FolderAncestor(
                    organization_id=folder.organization_id,
                    descendant_id=folder.id,
                    ancestor_id=ancestor_id,
                    distance=distance,
                )
                for ancestor_id, distance in above.items()
            )

    def _grow(self, bookmark):
        key = (bookmark.organization_id, bookmark.user_id)
        with db.transaction() as session:
            size = session.get(LibrarySize, key)
            if size is None:
                size = LibrarySize(organization_id=key[0], user_id=key[1], bookmarks=0)
                session.add(size)
            size.bookmarks += 1
