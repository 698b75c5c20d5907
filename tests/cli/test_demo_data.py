"""slugbase demo-data on both databases."""

import pytest
from sqlalchemy import create_engine, func, select, text

import db
from domain.sharing import visibility
from models import ApiToken, Bookmark, BookmarkFolder, BookmarkTag, LibrarySize, Slug
from security.principal import Principal
from security.tokens import hash_secret


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Of a database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'demo.db'}"
        return
    server = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
    whole = create_engine(server, isolation_level="AUTOCOMMIT")
    with whole.connect() as connection:
        connection.execute(text("CREATE DATABASE demo"))
    yield whole.url.set(database="demo").render_as_string(hide_password=False)
    with whole.connect() as connection:
        connection.execute(text("DROP DATABASE demo WITH (FORCE)"))
    whole.dispose()


def titles():
    with db.reading() as session:
        return sorted(session.scalars(select(Bookmark.title)))


def test_it_fills_an_organization_as_the_rules_would(slugbase, url):
    made = slugbase("demo-data", "--bookmarks", "300", "--people", "4", DATABASE_URL=url)

    assert made.code == 0, made.err
    assert "300/300" in made.err
    with db.reading() as session:
        token = session.scalars(select(ApiToken)).one()
        assert token.token_hash == hash_secret(made.out.strip())
        sizes = dict(session.execute(select(LibrarySize.user_id, LibrarySize.bookmarks)).all())
        assert sorted(sizes.values()) == [60, 60, 60, 120]
        assert sizes[token.user_id] == 120
        counted = select(Bookmark.user_id, func.count()).group_by(Bookmark.user_id)
        assert dict(session.execute(counted).all()) == sizes
        named = session.scalars(select(Bookmark.slug).where(Bookmark.slug.is_not(None))).all()
        assert sorted(named) == sorted(session.scalars(select(Slug.slug)))
        assert session.scalar(select(func.count()).select_from(BookmarkTag)) == 600
        assert 150 < session.scalar(select(func.count()).select_from(BookmarkFolder)) < 300
        owner = Principal(token.user_id, token.organization_id)
        assert session.scalars(visibility.directly_shared_ids(owner)).all()
        assert session.scalars(visibility.shared_folder_ids(owner)).all()


def test_the_same_seed_makes_the_same_library(slugbase, tmp_path):
    made = []
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}.db"
        assert slugbase("demo-data", "--bookmarks", "50", DATABASE_URL=url).code == 0
        made.append(titles())

    assert made[0] == made[1]


def test_it_does_not_touch_somebody_who_is_there(slugbase):
    assert slugbase("demo-data", "--bookmarks", "10").code == 0
    refused = slugbase("demo-data", "--bookmarks", "10")

    assert refused.code == 1
    assert "--email" in refused.err
    assert len(titles()) == 10
