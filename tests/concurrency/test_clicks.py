"""Clicks of many at the same moment, and of processes that are told to stop."""

import pytest

import clock
import db
from domain.go import clicks
from models import Bookmark
from tests.concurrency.conftest import Crowd, statuses
from tests.processes import Served

CLICKS = 200


@pytest.fixture
def own_server(database, tmp_path):
    with Served(tmp_path, database, WORKERS="2") as served:
        yield served


def stored(bookmark):
    with db.reading() as session:
        return session.get_one(Bookmark, (bookmark.organization_id, bookmark.id))


def test_every_click_is_counted_though_the_server_is_told_to_stop_at_once(own_server, make):
    home = make.organization()
    person = make.member(home)
    token = make.session(person)
    links = [make.bookmark(home, person, slug=f"link{number}") for number in range(4)]

    with Crowd(own_server.base_url) as crowd:
        answers = crowd.at_once(
            *(
                lambda client, number=number: client.call(
                    "follow_link", f"link{number % 4}", token=token
                )
                for number in range(CLICKS)
            )
        )
    own_server.stop()

    assert statuses(answers) == [302] * CLICKS
    assert [stored(link).access_count for link in links] == [CLICKS // 4] * 4
    assert all(stored(link).version == link.version for link in links)
    assert own_server.output.count("Traceback") == 0


# On SQLite nobody writes while somebody else does.
@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_bookmark_that_somebody_else_holds_is_counted_later(make):
    home = make.organization()
    person = make.member(home)
    held, free = (make.bookmark(home, person) for _ in "12")
    waiting = {(home.id, each.id): (3, clock.now()) for each in (held, free)}

    with db.transaction() as other:
        other.get_one(Bookmark, (home.id, held.id), with_for_update=True)
        with db.transaction() as session:
            left = clicks.write(session, waiting)

    assert left == {(home.id, held.id): waiting[home.id, held.id]}
    assert (stored(held).access_count, stored(free).access_count) == (0, 3)
    with db.transaction() as session:
        assert clicks.write(session, left) == {}
    assert stored(held).access_count == 3


def test_clicks_on_what_is_gone_are_dropped(make):
    home = make.organization()

    with db.transaction() as session:
        assert clicks.write(session, {(home.id, home.id): (1, clock.now())}) == {}
