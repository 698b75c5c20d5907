from collections import Counter
from functools import partial

from sqlalchemy import func, select

import db
from domain import signup
from models import ApiToken, EmailToken, Membership, OutboxMessage, User
from models.api_token import SLOTS
from tests.factories import PASSWORD


def rows(statement):
    with db.reading() as session:
        return session.scalars(statement).all()


def counted(model):
    [number] = rows(select(func.count()).select_from(model))
    return number


def create_token(session, name, client):
    return client.call("create_api_token", token=session, json={"name": name})


def register(email, client):
    person = {"email": email, "name": "Ada", "password": PASSWORD}
    return client.call("register", json=person)


def test_forty_tokens_race_for_ten_slots(crowd, make):
    user = make.user()
    make.organization(user)
    session = make.session(user)

    answers = crowd.at_once(*(partial(create_token, session, f"token {n}") for n in range(40)))

    assert Counter(answer.status_code for answer in answers) == {201: SLOTS, 400: 40 - SLOTS}
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 400}
    assert refused == {"TOKEN_LIMIT"}
    assert sorted(rows(select(ApiToken.slot))) == list(range(1, SLOTS + 1))


def test_one_of_many_sets_the_installation_up(crowd):
    def set_up(number, client):
        person = {"email": f"admin{number}@example.com", "name": "Ada", "password": PASSWORD}
        return client.call("set_up", json=person)

    answers = crowd.at_once(*(partial(set_up, number) for number in range(30)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 403: 29}
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 403}
    assert refused == {"ALREADY_SET_UP"}
    [person] = rows(select(User))
    [answer] = [answer for answer in answers if answer.status_code == 200]
    assert person.is_admin
    assert answer.json()["id"] == person.id


def test_one_address_registered_by_many_is_one_account_with_one_link(crowd):
    answers = crowd.each(30, partial(register, "Ada@example.com"))

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.content for answer in answers} == {answers[0].content}
    [person] = rows(select(User))
    assert person.email == "ada@example.com"
    assert counted(Membership) == 1
    assert counted(OutboxMessage) == 30  # everyone is told something, by mail
    unused = EmailToken.used_at.is_(None)
    [live] = rows(select(func.count()).select_from(EmailToken).where(unused))
    assert live == 1


def test_the_first_people_may_register_at_once(crowd):
    answers = crowd.at_once(*(partial(register, f"person{n}@example.com") for n in range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert counted(User) == counted(Membership) == counted(OutboxMessage) == 20
    with db.reading() as session:
        assert signup.is_set_up(session)


def test_a_member_who_leaves_takes_the_tokens_made_meanwhile(crowd, make):
    for _ in range(5):
        organization, user = make.organization(make.user()), make.user()
        make.member(organization, user)
        session = make.session(user, organization=organization)

        def leave(client, organization=organization, session=session):
            return client.call("leave_organization", organization.id, token=session)

        create = [partial(create_token, session, f"token {number}") for number in range(6)]
        answers = crowd.at_once(*create[:3], leave, *create[3:])

        assert {answer.status_code for answer in answers} == {200, 201}
        belongs = select(Membership.organization_id).where(Membership.user_id == user.id)
        [home] = rows(belongs)
        tokens = rows(select(ApiToken).where(ApiToken.user_id == user.id))
        assert len(tokens) == 6
        assert {token.organization_id for token in tokens} == {home}
