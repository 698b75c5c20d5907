import pytest
from sqlalchemy import select

from models import Installation, OutboxMessage, User
from tests.factories import PASSWORD
from tests.stored import rows

ADA = {"email": "ada@example.com", "name": "Ada Lovelace", "password": PASSWORD}


def refusal(response):
    return response.status_code, response.json()["code"]


def test_setting_up_makes_an_administrator_and_signs_in(client):
    assert client.call("get_setup_status").json() == {"initialized": False}

    response = client.call("set_up", json=ADA, headers={"User-Agent": "browser"})

    body = response.json()
    assert (body["is_admin"], body["email_verified"]) == (True, True)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"token={body['access_token']}; Path=/; Max-Age=604800; HttpOnly")
    [session] = client.call("list_sessions", token=body["access_token"]).json()
    assert (session["current"], session["user_agent"]) == (True, "browser")
    [organization] = client.call("list_organizations", token=body["access_token"]).json()
    assert organization["role"] == "owner"
    assert client.call("get_setup_status").json() == {"initialized": True}
    assert rows(select(OutboxMessage)) == []


@pytest.mark.example("ALREADY_SET_UP")
def test_setting_up_works_once(client):
    client.call("set_up", json=ADA)

    response = client.call("set_up", json={**ADA, "email": "second@example.com"})

    assert refusal(response) == (403, "ALREADY_SET_UP")
    assert rows(select(User.email)) == ["ada@example.com"]


def test_whoever_registers_first_also_ends_the_set_up(client):
    client.call("register", json=ADA)

    assert client.call("get_setup_status").json() == {"initialized": True}
    response = client.call("set_up", json={**ADA, "email": "second@example.com"})
    assert refusal(response) == (403, "ALREADY_SET_UP")
    assert rows(select(User.is_admin)) == [False]


@pytest.mark.example("PASSWORD_TOO_WEAK")
def test_a_weak_password_does_not_set_up(client):
    response = client.call("set_up", json={**ADA, "password": "password"})

    assert refusal(response) == (400, "PASSWORD_TOO_WEAK")
    assert client.call("get_setup_status").json() == {"initialized": False}
    assert rows(select(Installation)) == []
