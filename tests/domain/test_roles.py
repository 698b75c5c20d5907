import pytest

from domain import roles
from errors import Forbidden

# Who may do what, said a second time on purpose: one mistyped word must not open a door.
ALLOWED = {
    "read": {"member", "admin", "owner"},
    "rename": {"admin", "owner"},
    "invite": {"admin", "owner"},
    "see_invitations": {"admin", "owner"},
    "change_roles": {"admin", "owner"},
    "remove_members": {"admin", "owner"},
    "set_seats": {"admin", "owner"},
    "manage_teams": {"admin", "owner"},
    "transfer": {"owner"},
    "delete": {"owner"},
}
ROLES = ("member", "admin", "owner")


def allows(rule, *arguments):
    try:
        rule(*arguments)
    except Forbidden:
        return False
    return True


def test_every_action_is_in_the_table():
    assert set(roles.LOWEST) == set(ALLOWED)
    assert set(roles.RANK) == set(ROLES)


@pytest.mark.parametrize("action", ALLOWED)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says(role, action):
    assert allows(roles.require, role, action) is (role in ALLOWED[action])


@pytest.mark.parametrize("other", ROLES)
@pytest.mark.parametrize("own", ROLES)
def test_nobody_touches_a_role_above_their_own(own, other):
    may = ROLES.index(other) <= ROLES.index(own)

    assert allows(roles.require_not_above, own, other) is may
    assert allows(roles.require_not_above, own, "member", other) is may


def test_an_action_nobody_wrote_down_is_an_error_not_a_permission():
    with pytest.raises(KeyError):
        roles.require("owner", "fly")


def test_owners_and_administrators_are_administrators():
    assert [roles.is_administrator(role) for role in ROLES] == [False, True, True]
