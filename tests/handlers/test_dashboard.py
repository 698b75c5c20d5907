from datetime import timedelta

import pytest

import clock


@pytest.fixture
def stats(client, make, ada):
    def stats(organization):
        return client.call("get_dashboard_stats", token=make.token(ada, organization)).json()

    return stats


def test_a_new_library_is_empty_and_says_what_the_plan_allows(stats, make, ada):
    empty = stats(make.organization(ada, plan="free"))

    assert [empty[name] for name in ("totalBookmarks", "totalFolders", "totalTags")] == [0, 0, 0]
    assert (empty["plan"], empty["bookmarkLimit"], empty["tenantBookmarkCount"]) == ("free", 50, 0)
    assert empty["canShareWithTeams"] is False
    assert empty["recentBookmarks"] == empty["topTags"] == empty["quickAccessBookmarks"] == []


def test_what_is_at_hand_is_ones_own(stats, make, ada):
    home = make.organization(ada)
    grace = make.member(home)
    tags = [make.tag(home, ada, name) for name in ("a", "b", "c", "d")]
    folder = make.folder(home, ada, "Work")
    day = clock.now() - timedelta(days=9)
    made = [
        make.filed(
            make.bookmark(
                home,
                ada,
                title=f"own {number}",
                created_at=day + timedelta(days=number),
                slug=f"s{number}" if number % 2 else None,
                access_count=number,
                pinned=number == 3,
            ),
            folder,
            *tags[: 1 + number % 4],
        )
        for number in range(7)
    ]
    make.bookmark(home, ada, deleted_at=clock.now(), pinned=True, slug="gone")
    make.share(make.bookmark(home, grace, title="hers", slug="hers", access_count=99), ada)
    team = make.team(home)
    make.team_member(team, ada)
    make.share(make.folder(home, grace), team)

    shown = stats(home)

    assert (shown["totalBookmarks"], shown["totalFolders"], shown["totalTags"]) == (7, 1, 4)
    assert (shown["sharedBookmarks"], shown["sharedFolders"]) == (1, 1)
    recent = shown["recentBookmarks"]
    assert [row["title"] for row in recent] == [f"own {number}" for number in (6, 5, 4, 3, 2)]
    assert (recent[3]["folder_names"], recent[3]["tag_names"]) == (["Work"], ["a", "b", "c"])
    assert [(tag["name"], tag["bookmark_count"]) for tag in shown["topTags"]] == [
        ("a", 7),
        ("b", 5),
        ("c", 3),
        ("d", 1),
    ]
    assert [row["slug"] for row in shown["quickAccessBookmarks"]] == ["s5", "s3", "s1"]
    assert [row["id"] for row in shown["pinnedBookmarks"]] == [made[3].id]
    assert (shown["bookmarkLimit"], shown["canShareWithTeams"]) == (None, True)
    assert "tenantBookmarkCount" not in shown
