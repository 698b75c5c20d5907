"""Which slugs somebody may have meant; on both databases the same."""

import pytest

import db
from domain.go import near_slugs
from security.principal import Principal

CORPUS = [
    "jira", "jira/roadmap", "jenkins", "gitlab", "github", "wiki", "wiki-old", "holidays",
    "Travel", "travel-costs", "room-plan", "rooms", "onboarding", "vpn", "hr/payroll", "lunch",
]  # fmt: skip


@pytest.fixture
def ada(make):
    home = make.organization()
    person = make.member(home)
    for slug in CORPUS:
        make.bookmark(home, person, f"About {slug}", slug=slug)
    make.bookmark(home, make.member(home), slug="secret")
    return Principal(person.id, home.id)


def nearest(user, *asked):
    with db.reading() as session:
        return [row.slug for row in near_slugs.nearest(session, user, asked)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["jria"], ["jira"]),
        (["jirra"], ["jira"]),
        (["ira"], ["jira"]),
        (["jura"], ["jira"]),
        (["JIRAA"], ["jira", "jira/roadmap"]),
        (["gitbub"], ["github", "gitlab"]),
        (["wik"], ["wiki", "wiki-old"]),
        (["travl"], ["Travel", "travel-costs"]),
        (["hölidays"], ["holidays"]),
        (["onboard"], ["onboarding"]),
        (["jria", "roadmap"], ["jira/roadmap", "jira"]),
        (["hr", "payrol"], ["hr/payroll"]),
        (["payroll"], ["hr/payroll"]),
        (["secre"], []),
        (["zzz"], []),
        (["日本"], []),
        (["%"], []),
        ([""], []),
    ],
)
def test_a_slip_of_the_finger_is_seen_through(ada, asked, found):
    assert nearest(ada, *asked) == found


def test_at_most_five_are_named(ada, make):
    assert len(nearest(ada, "r" * 255)) <= 5


def test_what_is_looked_at_has_an_end(ada):
    longest = max(len(set(near_slugs._slips("x" * length))) for length in range(300))

    assert longest < 2000
