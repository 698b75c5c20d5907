"""A small library to search in: Ada's own, and what Grace shares with her and what not."""

from datetime import UTC, datetime, timedelta

import clock
import db
from domain.bookmarks.loading import Loaded, load
from models import Bookmark

# ruff: noqa: RUF001

# title | URL without the scheme | slug | notes | tags | folder; the first one is the oldest, each a
# month after the one before, from January 2020 on; a star: pinned; ^ opened yesterday.
ADA = """
Analytical Engine | example.com/engine | engine | the first program | history, to read | Work
*Difference Engine | example.com/difference | | built by Babbage | history | Work
Engine room | ships.example/room | | | |
Café menu | cafe.example/menu | | crème brûlée | food | Home
Cafe opening hours | cafe.example/hours | | | food | Home
CAFÉ | example.org/c | | | | Home
Straße nach Süden | karte.example/strasse | | Umlaute: ä ö ü | travel | Home
Istanbul guide | example.net/istanbul | | İstanbul and its bridges | travel |
日本語 ドキュメント | docs.example/ja | ja-docs | | docs | Work
Ελληνικά για όλους | docs.example/el | | Αθήνα | docs | Work
Правила игры | docs.example/ru | rules/ru | шахматы и шашки | docs, games |
Rules of chess | games.example/chess | rules/chess | openings and endings | games |
Rules of go | games.example/go | rules/go | | games |
Go tutorial | go.example/doc/tutorial | | go modules | docs, to read | Work
Golang weekly | golang.example/weekly | golang | newsletter | news |
*Issue tracker | jira.example.com/browse/{1} | jira | | work | Work
Jira board | jira.example.com/board | jira/board | kanban | work | Work
Kanban explained | boards.example/kanban | | see the jira board | to read | Later
100% cotton | shop.example/cotton | | 100% organic, 5_star | |
C++ reference | cpp.example/reference | cpp | templates | docs |
C reference | c.example/reference | | pointers | docs |
E=mc² | physics.example/relativity | | Einstein, 1905 | to-read |
naïve Bayes | ml.example/bayes | | naive assumption | ml, to read | Later
Résumé tips | jobs.example/resume | | curriculum vitae | |
Resume a download | curl.example/resume | | range requests | docs |
To read or not to read | essays.example/read | | | |
Not to be missed | events.example/near | | AND, OR, NOT and NEAR are words | |
Ordering of results | db.example/order-by | | ORDER BY rowid DESC | docs, db | Work
SQLite FTS5 | sqlite.example/fts5 | fts | full text search | db, docs | Work
PostgreSQL text search | postgres.example/textsearch | pgts | tsvector and tsquery | db, docs | Work
Full text search compared | blog.example/search | | SQLite and PostgreSQL | db | Later
^Search engines | search.example/engines | | how they rank | | Later
Searching for Bobby Fischer | films.example/bobby | | chess film | films |
Robert'); DROP TABLE students;-- | xkcd.example/327 | bobby | little Bobby Tables | fun |
"Quoted" title | quotes.example/q | | he said "hello" | fun |
snake_case and camelCase | style.example/names | | naming | docs |
naming things | style.example/hard | | cache invalidation | docs |
Cache invalidation | style.example/cache | | and naming things | docs |
Weekly report | wiki.example/reports/weekly | report | due on Fridays | work | Work
^Weekly report archive | wiki.example/reports/archive | | all of 2021 | work | Archive
Fridays | wiki.example/fridays | | | work |
Flight plan | air.example/plan | | | travel |
Plan B | plans.example/b | plan-b | | |
Planet finder | planets.example/find | | Saturn and its rings | |
Planning poker | poker.example/planning | | estimates | work |
Airplanes | air.example/planes | | | travel |
Ångström unit | physics.example/angstrom | | 10^-10 m | |
Ⅻ monkeys | films.example/monkeys | | twelve | films |
ﬁne typography | type.example/ligatures | | ﬁ and ﬂ | |
Über uns | firma.example/ueber-uns | | Impressum | |
"""
GRACE = """
Compiler engine | navy.example/compiler | a-0 | the first compiler | history | Shared
Nanoseconds | navy.example/nano | | a piece of wire | history | Shared
Moth in the relay | navy.example/bug | | first actual case of a bug | fun | Below
Grace alone: engine plans | navy.example/secret | | | history | Private
Engine direct | navy.example/direct | | shown to Ada herself | |
Engine by team | navy.example/team | | | |
Engine expired | navy.example/expired | | | |
Engine of another team | navy.example/others | | | |
Engine in the trash | navy.example/trash | | | | Shared
Weekly navy report | navy.example/weekly | | | | Shared
"""
OTHERS = """
Foreign engine | foreign.example/engine | | | |
"""


def settled(make):
    """The organization, Ada and Grace."""
    ada, grace, stranger = make.user("ada@example.com"), make.user(), make.user()
    home, abroad = make.organization(ada), make.organization(stranger)
    make.member(home, grace)
    folders = {name: make.folder(home, ada, name) for name in ("Work", "Home", "Archive")}
    folders["Later"] = make.folder(home, ada, "Làter", parent=folders["Home"])
    hers = {name: make.folder(home, grace, name) for name in ("Shared", "Private")}
    hers["Below"] = make.folder(home, grace, "Below", parent=hers["Shared"])
    make.share(hers["Shared"], ada)
    make.share(folders["Work"], grace)
    _load(make, home, ada, ADA, folders)
    ids = _load(make, home, grace, GRACE, hers)
    _load(make, abroad, stranger, OTHERS, {})
    _share(make, home, ada, ids)
    return home, ada, grace


def _share(make, home, ada, ids):
    with_ada, without = make.team(home, "With Ada"), make.team(home, "Without")
    make.team_member(with_ada, ada)
    make.share(ids["Engine direct"], ada)
    make.share(ids["Engine by team"], with_ada)
    make.share(ids["Engine expired"], ada, expires_at=clock.now() - timedelta(seconds=1))
    make.share(ids["Engine of another team"], without)
    with db.transaction() as session:
        session.merge(ids["Engine in the trash"]).deleted_at = clock.now()


def _load(make, organization, owner, rows, folders):
    lines = [[each.strip() for each in row.split("|")] for row in rows.strip().splitlines()]
    names = {name.strip() for line in lines for name in line[4].split(",")} - {""}
    tags = {name: make.tag(organization, owner, name) for name in sorted(names)}
    batch = [_loaded(number, line, tags, folders) for number, line in enumerate(lines)]
    with db.transaction() as session:
        ids = load(session, organization.id, owner.id, batch)
        return {
            one.title: session.get_one(Bookmark, (organization.id, id))
            for one, id in zip(batch, ids, strict=True)
        }


def _loaded(number, line, tags, folders):
    title, url, slug, notes, tagged, folder = line
    opened = {"last_accessed_at": clock.now() - timedelta(days=1)} if title[0] == "^" else {}
    return Loaded(
        title=title.lstrip("*^"),
        url=f"https://{url}",
        created_at=datetime(2020 + number // 12, 1 + number % 12, 15, tzinfo=UTC),
        slug=slug or None,
        notes=notes,
        pinned=title[0] == "*",
        tag_ids=[tags[name.strip()].id for name in tagged.split(",") if name.strip()],
        folder_ids=[folders[folder].id] if folder else [],
        **opened,
    )
