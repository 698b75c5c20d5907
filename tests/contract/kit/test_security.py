from copy import deepcopy
from dataclasses import replace

import pytest

from contract.document import BrokenContract
from tests.contract.kit.client import call

ID = "0190f5a0-0000-7000-8000-000000000000"


def whoami(ask, headers):
    return ask("GET", f"/things/{ID}", headers=headers)


def create(ask, headers):
    return ask("POST", "/things", headers=headers, json={"name": "a", "email": "a@example.com"})


def test_a_credential_names_the_caller(ask):
    answer = whoami(ask, {"authorization": "Bearer ada"})

    assert answer.json["user"] == "ada"
    assert answer.json["token_info"] == {"sub": "ada", "path": f"/things/{ID}"}


@pytest.mark.parametrize(
    "cookie",
    [
        "token=ada",
        'token="ada"',
        "x=ÿ[]{};token=ada",
        "a; =; token = ada ;b=1",
        "token=ada; token=x",
    ],
)
def test_the_cookie_is_found_beside_odd_ones(ask, cookie):
    assert whoami(ask, {"cookie": cookie}).json["user"] == "ada"


def test_the_other_scheme_is_tried_too(ask):
    answer = create(ask, {"authorization": "Bearer bad", "cookie": "token=ada"})

    assert (answer.status, answer.json["id"]) == (201, "ada")


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer bad"}, {"authorization": "Bearer"}, {"cookie": "tokens=ada"}],
)
def test_without_a_credential_that_holds_there_is_no_entry(ask, headers):
    answer = create(ask, headers)

    assert (answer.status, answer.json["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_security_function_refuses_in_its_own_words(ask):
    answer = create(ask, {"authorization": "Bearer expired"})

    assert (answer.status, answer.json["code"]) == (401, "TOKEN_EXPIRED")


def test_where_credentials_are_optional_nobody_may_come(ask):
    assert whoami(ask, {}).json == {"id": ID, "user": None, "token_info": {}}


@pytest.mark.parametrize(
    ("security", "reason"),
    [
        ([{"basicAuth": []}], "The security scheme basicAuth is of a kind not served here."),
        ([{"bearerAuth": [], "cookieAuth": []}], "list_things asks for two credentials at once."),
    ],
)
def test_what_cannot_be_checked_is_refused_at_start(make, document, security, reason):
    spec = deepcopy(document.spec)
    spec["components"]["securitySchemes"]["basicAuth"] = {"type": "http", "scheme": "basic"}
    spec["paths"]["/things"]["get"]["security"] = security

    with pytest.raises(BrokenContract, match=reason):
        make(document=replace(document, spec=spec))


def test_one_function_may_answer_for_all_schemes(make):
    async def anybody(credential):
        return {"sub": f"{credential}, whoever that is"}

    answer = call(make(check=anybody), "GET", f"/things/{ID}", headers={"cookie": "token=bad"})

    assert answer.json["user"] == "bad, whoever that is"
