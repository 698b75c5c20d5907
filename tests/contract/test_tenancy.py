"""The ids of somebody else's rows: for every operation that takes one, there is no such thing."""

import re

import pytest

import clock
from contract.spec import parameters, resolve
from tests.contract.requests import (
    OPERATIONS,
    SPEC,
    World,
    each,
    everything,
    request,
    schema_of_body,
)

STRANGE = "0192f0c1-0000-7000-8000-000000000000"
NOT_IDS = ("1", "null", "%00", "..%2f", STRANGE.upper() + "0", "ü", "' OR 1=1 --")


def rows_named(operation):
    """The places in a path that name a row: not the arguments of a link, nor what has a list of
    names in the document.
    """
    schemas = {
        each["name"]: resolve(SPEC, each["schema"])
        for each in parameters(SPEC, operation.path, operation.method.lower())
    }
    names = re.findall(r"\{(\w+)\}", operation.path)
    return [
        position
        for position, name in enumerate(names)
        if "enum" not in schemas[name] and schemas[name].get("format") != "path"
    ]


PLACES = [
    pytest.param(operation, position, id=f"{operation.id}-{position}")
    for operation in OPERATIONS
    for position in rows_named(operation)
]
everywhere = pytest.mark.parametrize(("operation", "position"), PLACES)


def names_an_organization(operation):
    return re.search(r"/org(anizations)?/\{", operation.path)


@pytest.fixture
def elsewhere(make, world):
    """Another team with the same kinds of rows, of which the caller belongs to nothing."""
    return World(make, domain="elsewhere.example")


@everywhere
def test_another_tenants_id_leads_nowhere_and_changes_nothing(
    client, world, elsewhere, operation, position
):
    before = everything()
    own, foreign = request(operation, world), request(operation, elsewhere)

    path = [*own.path]
    path[position] = foreign.path[position]
    response = own.send(client, path=path)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")
    assert everything() == before


@each(lambda operation: len(rows_named(operation)) > 1)
def test_all_ids_of_another_tenant_lead_nowhere(client, world, elsewhere, operation):
    before = everything()

    response = request(operation, world).send(client, path=request(operation, elsewhere).path)

    assert response.status_code == 404
    assert everything() == before


@each(names_an_organization)
def test_a_token_bound_to_one_organization_does_not_reach_its_owners_others(
    client, make, world, operation
):
    second = make.organization(world.owner)
    bound = make.token(world.owner, second, organization_only=True)
    before = everything()
    before.pop("api_tokens")  # when it was last used stands there

    response = request(operation, world).send(client, token=bound)

    assert response.status_code == 404
    assert before.items() <= everything().items()


@everywhere
def test_what_is_not_an_id_or_belongs_to_nothing_is_not_found(client, world, operation, position):
    before = everything()
    own = request(operation, world)

    for wrong in (STRANGE, *NOT_IDS):
        path = [*own.path]
        path[position] = wrong
        assert own.send(client, path=path).status_code == 404
    assert everything() == before


def of_the_current_organization(operation):
    """What the path names belongs to it: neither to a person, nor to an organization it names."""
    return re.search(r"/\{", operation.path) and not re.search(
        r"/(org|organizations|invitations|sessions|tokens|api-docs)/\{", operation.path
    )


@each(of_the_current_organization)
def test_what_is_ones_own_in_another_organization_is_not_found(client, make, world, operation):
    there = make.session(world.owner, organization=make.organization(world.owner))
    before = everything()

    response = request(operation, world).send(client, token=there)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")
    assert everything() == before


def ids_in_bodies():
    for operation in OPERATIONS:
        stated = (schema_of_body(operation) or {}).get("properties", {})
        for field, schema in stated.items():
            named = resolve(SPEC, schema)
            if resolve(SPEC, named.get("items", named)).get("format") == "uuid":
                yield pytest.param(operation, field, id=f"{operation.id}-{field}")


IN_BODIES = list(ids_in_bodies())


def naming(body, field, world):
    """The body, with a row of this world in the field."""
    alone = {"user_id": "team_id", "team_id": "user_id", "invitation_id": "token"}.get(field)
    body = {name: value for name, value in body.items() if name != alone}
    if "action" in body and field != "ids":
        actions = {"tag_ids": "tag", "folder_ids": "move"}
        body["action"] = actions.get(field, "share")
    row = {
        "organizationId": world.organization,
        "invitation_id": world.received,
        "bookmark_id": world.bookmark,
        "ids": world.bookmark,
        "parent_id": world.parent,
        "folder_ids": world.folder,
        "tag_ids": world.tag,
    }.get(field, world.team if field.startswith("team") else world.member)
    return {**body, field: [row.id] if field.endswith("ids") else row.id}


def is_refused(response):
    if response.status_code == 207:
        return {each["status"] for each in response.json()["results"]} == {404}
    return response.status_code in (403, 404) or response.json()["code"] == "TEAM_UNKNOWN"


@pytest.mark.parametrize(("operation", "field"), IN_BODIES)
def test_another_tenants_id_in_a_body_is_refused_and_changes_nothing(
    client, world, elsewhere, operation, field
):
    before = everything()
    own = request(operation, world)

    response = own.send(client, json=naming(own.body, field, elsewhere))

    assert is_refused(response), response.text
    assert everything() == before


def names_an_item(operation):
    """A bookmark or a folder, by its id or by a slug."""
    return re.search(r"/(bookmarks|folders|go)/\{", operation.path)


@pytest.fixture
def guest(client, make, world):
    """A member with whom the items of the world are shared, as `share` says."""
    person = make.member(world.organization)
    credential = make.session(person, organization=world.organization)

    def guest(**share):
        for item in (world.bookmark, world.folder, world.parent):
            make.share(item, person, **share)
        return person, credential

    return guest


@pytest.mark.parametrize("access", ["read", "write"])
@each(names_an_item)
def test_whom_an_item_is_shared_with_finds_it(client, world, guest, operation, access):
    _, credential = guest(access=access)

    response = request(operation, world).send(client, token=credential)

    assert response.status_code != 404


@each(names_an_item)
def test_when_the_share_has_expired_nothing_is_found_or_changed(client, world, guest, operation):
    _, credential = guest(access="write", expires_at=clock.now())
    before = everything()

    response = request(operation, world).send(client, token=credential)

    assert response.status_code == 404
    assert everything() == before


NAMED_BY_GUESTS = [
    each
    for each in IN_BODIES
    if each.values[1] in ("bookmark_id", "folder_ids", "ids", "parent_id")
    and "{" not in each.values[0].path
]


@pytest.mark.parametrize(("operation", "field"), NAMED_BY_GUESTS)
@pytest.mark.parametrize("ended", ["expired", "removed"])
def test_what_one_sees_no_more_cannot_be_named_in_a_body(
    client, world, guest, operation, field, ended
):
    person, credential = guest(
        access="write", expires_at=clock.now() if ended == "expired" else None
    )
    if ended == "removed":
        path = (world.organization.id, person.id)
        client.call("remove_member", *path, token=world.credential)
    before = everything()
    own = request(operation, world)

    response = own.send(client, json=naming(own.body, field, world), token=credential)

    assert is_refused(response), response.text
    assert everything() == before


@each(names_an_item)
def test_a_removed_member_finds_and_changes_nothing(client, world, guest, operation):
    person, credential = guest(access="write")
    path = (world.organization.id, person.id)
    assert client.call("remove_member", *path, token=world.credential).status_code == 200
    before = everything()

    response = request(operation, world).send(client, token=credential)

    assert response.status_code == 404
    assert everything() == before
