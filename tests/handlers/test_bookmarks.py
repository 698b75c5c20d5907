import pytest

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def ada(make):
    return make.user("ada@example.com")


@pytest.fixture
def home(make, ada):
    return make.organization(ada)


@pytest.fixture
def token(make, ada, home):
    return make.token(ada, home)


def refusal(response):
    return response.status_code, response.json()["code"]


@pytest.fixture
def create(client, token):
    def create(title="Issue tracker", url="https://jira.example.com", token=token, **fields):
        body = {"title": title, "url": url, **fields}
        return client.call("create_bookmark", token=token, json=body)

    return create


@pytest.fixture
def change(client, token):
    def change(bookmark_id, token=token, headers=None, **fields):
        return client.call(
            "update_bookmark", bookmark_id, token=token, json=fields, headers=headers
        )

    return change


@pytest.fixture
def read(client, token):
    def read(bookmark_id, token=token, **other):
        return client.call("get_bookmark", bookmark_id, token=token, **other)

    return read


def test_a_new_bookmark_is_read_as_it_was_answered(create, read, ada, home):
    response = create(" Issue\ttracker ", " https://jira.example.com/a b ", slug="jira")

    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == f"/api/bookmarks/{body['id']}"
    assert (body["title"], body["url"]) == ("Issue tracker", "https://jira.example.com/a b")
    assert (body["slug"], body["forwarding_enabled"], body["pinned"]) == ("jira", False, False)
    assert (body["access_count"], body["last_accessed_at"], body["version"]) == (0, None, 1)
    assert (body["user_id"], body["tenant_id"]) == (ada.id, home.id)
    assert body.pop("duplicates") == []
    assert read(body["id"]).json() == body
