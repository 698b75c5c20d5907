from functools import partial

from tests import stored


def test_tags_are_counted_while_they_are_merged(crowd, make):
    owner = make.user()
    home = make.organization(owner)
    token = make.token(owner, home)

    for _ in range(3):
        stays, gone = make.tag(home, owner), make.tag(home, owner)
        there = [make.filed(make.bookmark(home, owner), stays, gone).id for _ in range(12)]

        def call(operation, *path, client, **body):
            return client.call(operation, *path, token=token, json=body or None)

        new = {"title": "New", "url": "https://example.com/", "tag_ids": [gone.id, stays.id]}
        calls = [partial(call, "merge_tags", stays.id, tag_ids=[gone.id])]
        for number in range(4):
            calls += [
                partial(call, "create_bookmark", **new),
                partial(call, "delete_bookmark", there[number]),
                partial(call, "update_bookmark", there[4 + number], tag_ids=[]),
                partial(call, "update_bookmark", there[8 + number], tag_ids=[stays.id]),
            ]
        answers = crowd.at_once(*(lambda client, one=one: one(client=client) for one in calls))

        # Who comes after the merge finds no such tag.
        assert {answer.status_code for answer in answers} <= {200, 201, 404}
        assert stored.wrongly_counted_tags() == []
