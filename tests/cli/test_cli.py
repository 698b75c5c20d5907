import json

import pytest
from sqlalchemy import select

import db
from contract.current import PATH, document
from domain import outbox
from models import ApiToken, Installation, Organization, OutboxMessage, User
from security.passwords import is_right
from security.tokens import hash_secret

PASSWORD = "Correct-Horse-7"
NOWHERE = "01a20fca-0989-7758-b6b3-6340977c1c69"


def rows(statement):
    with db.reading() as session:
        return session.scalars(statement).all()


def test_without_words_it_says_what_it_can_do(slugbase):
    shown = slugbase()

    assert shown.code == 2
    for command in (
        "serve",
        "mock",
        "migrate",
        "openapi",
        "doctor",
        "user",
        "org",
        "token",
        "mail",
    ):
        assert command in shown.out + shown.err


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["org", "set-plan", NOWHERE, "platinum"],
        ["org", "set-plan", NOWHERE, "free", "--extra-seats", "1"],
        ["org", "list", "--limit", "0"],
        ["serve", "--port", "70000"],
        ["mock", "--port", "70000"],
        ["openapi", "--format", "xml"],
        ["user", "create", "ada", "--name", "Ada", "--password", PASSWORD],
        ["user", "create", "ada@example.com", "--name", "\n", "--password", PASSWORD],
        ["token", "create", "ada@example.com", "--scope", "everything"],
        ["token", "create", "ada@example.com", "--days", "0"],
    ],
)
def test_wrong_usage_ends_with_2(slugbase, words):
    refused = slugbase(*words)

    assert refused.code == 2
    assert "Usage" in refused.err


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"JWT_SECRETS": "short"}, "JWT_SECRETS"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "mysql://root:hidden@host/name"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://root:hidden@host:port/name"}, "DATABASE_URL"),
        ({"PUBLIC_URL": "slugbase.example"}, "PUBLIC_URL"),
        ({"DATA_DIR": "/dev/null"}, "DATA_DIR"),
    ],
)
@pytest.mark.parametrize("words", [["migrate"], ["doctor"], ["serve"], ["org", "list"]])
def test_wrong_settings_end_with_3_and_are_named(slugbase, words, settings, named):
    refused = slugbase(*words, **settings)

    assert refused.code == 3
    assert named in refused.err
    assert "hidden" not in refused.err


def test_every_wrong_setting_is_named_at_once(slugbase):
    refused = slugbase("migrate", PORT="eighty", WORKERS="0", MODE="other")

    assert [line.split(":")[0] for line in refused.err.splitlines()[1:]] == [
        "PORT",
        "WORKERS",
        "MODE",
    ]


def test_a_database_that_does_not_answer_is_told_in_words(slugbase):
    refused = slugbase("migrate", DATABASE_URL="postgresql://root:hidden@127.0.0.1:1/name")

    assert refused.code == 1
    assert "doctor" in refused.err
    assert "hidden" not in refused.err
    assert "Traceback" not in refused.err


def test_migrate_goes_to_the_newest_migration_and_then_has_nothing_to_do(slugbase):
    assert "empty →" in slugbase("migrate").out
    assert slugbase("migrate").out == "Up to date.\n"


def test_a_person_made_here_signs_in_at_once(slugbase):
    made = slugbase(
        "user", "create", "Ada@Example.com", "--name", "Ada", "--password", PASSWORD, "--admin"
    )

    [person] = rows(select(User))
    assert made.out == f"{person.id}  ada@example.com\n"
    assert person.email_verified_at
    assert person.is_admin
    assert is_right(person.password_hash, PASSWORD)
    assert len(rows(select(Installation))) == 1


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("ADA@example.com", PASSWORD, "already has an account"),
        ("grace@example.com", "all-lower-case", "too easy to guess"),
    ],
)
def test_a_person_the_rules_refuse_is_not_made(slugbase, ada, email, password, why):
    refused = slugbase("user", "create", email, "--name", "Ada", "--password", password)

    assert refused.code == 1
    assert why in refused.err
    assert len(rows(select(User))) == 1


def test_an_organization_moves_to_another_plan_and_back(slugbase, ada):
    moved = slugbase("org", "set-plan", ada, "team", "--extra-seats", "3")

    assert moved.code == 0
    assert moved.out == "Ada's workspace: team, 8 seats, 1 used, 0 promised\n"
    assert slugbase("org", "set-plan", ada, "free").out.endswith(
        "free, 1 seats, 1 used, 0 promised\n"
    )
    [organization] = rows(select(Organization))
    assert (organization.plan, organization.extra_seats) == ("free", 0)


def test_an_unknown_organization_is_refused(slugbase, ada):
    refused = slugbase("org", "set-plan", NOWHERE, "team")

    assert refused.code == 1
    assert NOWHERE in refused.err


def test_organizations_are_listed_newest_first_with_ids_to_copy(slugbase, ada):
    slugbase("user", "create", "b@example.com", "--name", "[red]B", "--password", PASSWORD)
    newest, oldest = slugbase("org", "list", "--ids").out.split()

    listed = slugbase("org", "list").out

    assert oldest == ada
    assert listed.index(newest) < listed.index(oldest)
    assert "[red]B" in listed
    assert slugbase("org", "list", "--ids", "--limit", "1").out.split() == [newest]


def test_a_token_is_shown_once_and_stored_as_a_hash(slugbase, ada):
    made = slugbase(
        "token", "create", "ADA@example.com",
        "--name", "CI", "--scope", "members:read", "--scope", "invitations:write", "--days", "30",
    )  # fmt: skip

    [token] = rows(select(ApiToken))
    assert token.token_hash == hash_secret(made.out.strip())
    assert (token.name, token.organization_id) == ("CI", ada)
    assert token.scopes == "invitations:write members:read"
    assert token.expires_at


@pytest.mark.parametrize(
    "words", [["grace@example.com"], ["ada@example.com", "--organization", NOWHERE]]
)
def test_a_token_for_nobody_or_nowhere_is_refused(slugbase, ada, words):
    refused = slugbase("token", "create", *words)

    assert refused.code == 1
    assert rows(select(ApiToken)) == []


def test_the_eleventh_token_is_refused(slugbase, ada):
    for _ in range(10):
        assert slugbase("token", "create", "ada@example.com").code == 0

    refused = slugbase("token", "create", "ada@example.com")

    assert refused.code == 1
    assert "10 API tokens" in refused.err


def waiting_mail():
    with db.transaction() as session:
        outbox.mail(session, "account_exists", "ada@example.com", name="Ada", link="/app/login")


def test_waiting_mail_is_sent(slugbase, ada, folder):
    waiting_mail()

    sent = slugbase("mail", "send-pending")

    assert sent.code == 0
    assert "All sent." in sent.out
    [letter] = (folder / "mail").glob("*.eml")
    assert b"http://localhost:8000/app/login" in letter.read_bytes()


def test_mail_that_could_not_leave_ends_with_1(slugbase, ada):
    waiting_mail()

    failed = slugbase("mail", "send-pending", SMTP_URL="smtp://127.0.0.1:1")

    assert failed.code == 1
    assert "1 waiting" in failed.out
    [message] = rows(select(OutboxMessage))
    assert message.attempts == 1


def test_the_contract_is_printed_as_it_is_served(slugbase):
    assert slugbase("openapi").out == PATH.read_text()
    assert json.loads(slugbase("openapi", "--format", "json").out) == document().spec


def test_what_changed_since_another_contract_is_told_in_sentences(slugbase, tmp_path):
    older = tmp_path / "older.yaml"
    older.write_text(PATH.read_text().replace("operationId: get_health\n", "operationId: health\n"))

    assert slugbase("openapi", "--diff", PATH).out == "Nothing changed.\n"
    assert slugbase("openapi", "--diff", older).out.startswith(
        "Breaking (1):\nhealth: the operationId is now get_health; clients generated"
    )
    assert slugbase("openapi", "--diff", tmp_path / "none.yaml").code == 2


def test_the_doctor_finds_nothing_wrong(slugbase, ada):
    examined = slugbase("doctor")

    assert examined.code == 0
    assert "problem" not in examined.out
    assert examined.out.count("ok ") == 6


def test_the_doctor_says_what_to_do_about_an_empty_database(slugbase):
    examined = slugbase("doctor")

    assert examined.code == 1
    assert "slugbase migrate" in examined.out


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mail: ConnectionRefusedError"),
        ({"SMTP_URL": "smtp+starttls://127.0.0.1:1"}, "mail: ConnectionRefusedError"),
        ({"SMTP_URL": "smtps://127.0.0.1:1"}, "mail: ConnectionRefusedError"),
        ({"MODE": "cloud"}, "settings: PUBLIC_URL is not https"),
    ],
)
def test_the_doctor_names_one_problem_and_goes_on(slugbase, ada, settings, problem):
    examined = slugbase("doctor", **settings)

    assert examined.code == 1
    assert f"problem  {problem}" in examined.out
    assert examined.out.count("ok ") == 5


def test_the_doctor_survives_a_database_that_does_not_answer(slugbase):
    examined = slugbase("doctor", DATABASE_URL="postgresql://root:hidden@127.0.0.1:1/name")

    assert examined.code == 1
    assert [line.split()[1] for line in examined.out.splitlines() if "problem" in line] == [
        "database:",
        "migrations:",
        "clock:",
    ]
    assert "hidden" not in examined.out
