"""Somebody is taken out of an organization while they fill their library."""

import pytest
from sqlalchemy import select

import db
from models import Bookmark, Folder, Membership, Tag
from tests.concurrency.conftest import statuses

BODIES = {
    "create_bookmark": lambda number: {"title": "Page", "url": f"https://example.com/{number}"},
    "create_folder": lambda number: {"name": f"Folder {number}"},
    "create_tag": lambda number: {"name": f"tag-{number}"},
}


@pytest.mark.parametrize(
    ("operation", "model"),
    [("create_bookmark", Bookmark), ("create_folder", Folder), ("create_tag", Tag)],
)
def test_nothing_of_theirs_is_left_behind(crowd, make, operation, model):
    owner = make.user()
    organization = make.organization(owner)
    person = make.member(organization)
    token, of_owner = (
        make.session(person, organization=organization),
        make.token(owner, organization),
    )

    def add(number):
        return lambda client: client.call(operation, token=token, json=BODIES[operation](number))

    def remove(client):
        return client.call("remove_member", organization.id, person.id, token=of_owner)

    answers = crowd.at_once(*map(add, range(25)), remove, *map(add, range(25, 60)))

    assert {200, 201, 401} >= set(statuses(answers))
    with db.reading() as session:
        homes = select(Membership.organization_id).where(Membership.user_id == person.id)
        of_person = select(model.organization_id).where(model.user_id == person.id)
        assert set(session.scalars(of_person)) == set(session.scalars(homes))
