from collections import Counter
from functools import partial

import pytest
from sqlalchemy import select

import db
from models import Invitation, Membership


def accept(token, session, client):
    return client.call("accept_invitation", token=session, json={"token": token})


@pytest.fixture
def organization(make):
    return make.organization(make.user(), seats=3)


@pytest.fixture
def guest(make):
    return make.user("guest@example.com")


def members_of(organization):
    with db.reading() as session:
        return session.scalars(
            select(Membership.user_id).where(Membership.organization_id == organization.id)
        ).all()


def test_the_right_and_the_wrong_account_with_one_link(crowd, make, organization, guest):
    invitation = make.invitation(organization, guest.email)
    right = partial(accept, invitation.token, make.session(guest))
    wrong = partial(accept, invitation.token, make.session(make.user()))

    answers = crowd.at_once(*[right, wrong] * 10)

    assert {answer.status_code for answer in answers[::2]} == {200}
    assert {answer.json()["code"] for answer in answers[1::2]} == {"INVITATION_EMAIL_MISMATCH"}
    assert {answer.status_code for answer in answers[1::2]} == {403}
    assert guest.id in members_of(organization)
    assert len(members_of(organization)) == 2


def test_one_person_accepts_fifty_times_and_gets_one_answer(crowd, make, organization, guest):
    invitation = make.invitation(organization, guest.email)

    answers = crowd.each(50, partial(accept, invitation.token, make.session(guest)))

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["message"] == "Joined organization"
    assert sorted(members_of(organization)).count(guest.id) == 1


def test_two_people_for_the_one_seat_that_was_left(crowd, make):
    """Both were promised a seat; then seats were taken away from under the promises."""
    for _ in range(5):
        organization = make.organization(make.user(), seats=2)
        guests = [make.user(), make.user()]
        invitations = [make.invitation(organization, guest.email) for guest in guests]
        answers = crowd.at_once(
            *(
                partial(accept, invitation.token, make.session(guest))
                for invitation, guest in zip(invitations, guests, strict=True)
            )
        )

        assert sorted(answer.status_code for answer in answers) == [200, 403]
        [refused] = [answer.json() for answer in answers if answer.status_code == 403]
        assert refused["code"] == "SEAT_CAPACITY_EXCEEDED"
        assert (refused["seats_total"], refused["seats_used"]) == (2, 2)
        assert refused["pending_invitations"] == 1
        assert len(members_of(organization)) == 2


def test_accepting_and_declining_or_revoking_at_once_has_one_end(crowd, make):
    for _ in range(5):
        owner, guest = make.user(), make.user()
        organization = make.organization(owner, seats=3)
        token, session = make.token(owner, organization), make.session(guest)
        invitation = make.invitation(organization, guest.email)

        def decline(client, invitation=invitation, session=session):
            return client.call(
                "decline_invitation", token=session, json={"token": invitation.token}
            )

        def revoke(client, invitation=invitation, token=token):
            return client.call(
                "revoke_invitation", invitation.organization_id, invitation.id, token=token
            )

        answers = crowd.at_once(partial(accept, invitation.token, session), decline, revoke)

        with db.reading() as found:
            row = found.get_one(Invitation, (organization.id, invitation.id))
        ends = [row.accepted_at, row.declined_at, row.revoked_at]
        assert sum(end is not None for end in ends) == 1
        assert (guest.id in members_of(organization)) == (answers[0].status_code == 200)
        assert (row.accepted_at is not None) == (answers[0].status_code == 200)
        assert answers[2].status_code == 200
        assert answers[2].json()["state"] in ("accepted", "declined", "revoked")
        assert Counter(answer.status_code for answer in answers[:2])[200] <= 1
