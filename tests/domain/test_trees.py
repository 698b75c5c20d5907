"""Moves of folders: which are possible, and that the closure always says what the parents say."""

import random

import pytest
from sqlalchemy import select

import db
from domain.folders import folders, trees
from domain.sharing import library
from errors import Refusal
from models import Folder, FolderAncestor
from models.folder import MAX_DEPTH
from security.principal import Principal

# Before the move: each name lies in the one it is indented under.
FOREST = {"a": None, "b": "a", "c": "b", "d": "a", "x": None, "y": "x"}


@pytest.fixture
def ada(make):
    return make.user()


@pytest.fixture
def organization(make, ada):
    return make.organization(ada)


@pytest.fixture
def principal(ada, organization):
    return Principal(ada.id, organization.id)


@pytest.fixture
def grow(make, ada, organization):
    """Folders by name, from their parents by name."""

    def grow(forest):
        grown = {None: None}
        for name, parent in forest.items():
            grown[name] = make.folder(organization, ada, name, parent=grown[parent])
        return grown

    return grow


def move(principal, folder, parent, position=None):
    with db.transaction() as session:
        trees.lock(session, principal)
        found = library.folder_to_change(session, principal, folder.id)
        folders.move(session, principal, found, parent and parent.id, position)


def trash(principal, folder):
    with db.transaction() as session:
        trees.lock(session, principal)
        folders.trash(session, principal, library.folder_to_own(session, principal, folder.id))


def living():
    with db.reading() as session:
        return session.scalars(select(Folder).where(Folder.deleted_at.is_(None))).all()


def parents():
    found = {folder.id: folder for folder in living()}
    return {
        folder.name: found[folder.parent_id].name if folder.parent_id else None
        for folder in found.values()
    }


def closure():
    """Every living folder with those above it and how far up they are, as stored."""
    with db.reading() as session:
        stored = session.scalars(select(FolderAncestor)).all()
    ids = {folder.id for folder in living()}
    return {
        (row.descendant_id, row.ancestor_id, row.distance)
        for row in stored
        if row.descendant_id in ids
    }


def as_the_parents_say():
    found = {folder.id: folder for folder in living()}
    return {
        (folder.id, above, distance)
        for folder in found.values()
        for distance, above in enumerate(_upwards(found, folder))
    }


def _upwards(found, folder):
    while folder is not None:
        yield folder.id
        folder = found[folder.parent_id] if folder.parent_id else None


@pytest.mark.parametrize(
    ("folder", "parent", "refusal"),
    [
        ("a", "a", trees.FolderCycle),
        ("a", "b", trees.FolderCycle),
        ("a", "c", trees.FolderCycle),
        ("b", "c", trees.FolderCycle),
        ("a", "x", None),
        ("a", "y", None),
        ("b", "d", None),
        ("b", "y", None),
        ("b", None, None),
        ("c", "a", None),
        ("c", None, None),
        ("y", "c", None),
        ("x", "a", None),
    ],
)
def test_a_folder_moves_anywhere_but_into_itself(grow, principal, folder, parent, refusal):
    grown = grow(FOREST)

    if refusal:
        with pytest.raises(refusal):
            move(principal, grown[folder], grown[parent])
        assert parents() == FOREST
    else:
        move(principal, grown[folder], grown[parent])
        assert parents() == FOREST | {folder: parent}
    assert closure() == as_the_parents_say()


@pytest.mark.parametrize(("height", "depth"), [(1, 9), (1, 10), (5, 5), (5, 6), (10, 0), (10, 1)])
def test_folders_lie_in_each_other_at_most_ten_deep(grow, principal, height, depth):
    chain = [f"into {number}" for number in range(depth)]
    moved = [f"moved {number}" for number in range(height)]
    forest = {
        name: above
        for names in (chain, moved)
        for above, name in zip([None, *names], names, strict=False)
    }
    grown = grow(forest)
    target = grown[chain[-1]] if chain else None

    if height + depth > MAX_DEPTH:
        with pytest.raises(trees.FolderTooDeep):
            move(principal, grown[moved[0]], target)
        assert parents() == forest
    else:
        move(principal, grown[moved[0]], target)
        assert len(closure()) == sum(range(1, height + depth + 1))
    assert closure() == as_the_parents_say()


def test_what_lies_in_the_trash_takes_no_room(grow, principal):
    names = [f"level {number}" for number in range(10)]
    grown = grow(dict(zip(names, [None, *names], strict=False)) | {"other": None})
    trash(principal, grown["level 9"])

    move(principal, grown["level 0"], grown["other"])

    assert closure() == as_the_parents_say()


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_closure_is_what_the_parents_say(grow, principal, seed):
    chance = random.Random(seed)
    grown = grow({f"folder {number}": None for number in range(15)})
    del grown[None]
    for _ in range(60):
        folder = chance.choice(list(grown.values()))
        parent = chance.choice([None, *grown.values()])
        try:
            if chance.random() < 0.05:
                trash(principal, folder)
            else:
                move(principal, folder, parent, chance.choice([None, 0, 1, 100]))
        except Refusal:
            continue

    assert closure() == as_the_parents_say()
    assert len(living()) > 1


@pytest.mark.parametrize(
    ("moved", "position", "order"),
    [
        ("c", 0, "cabd"),
        ("a", 1, "bacd"),
        ("a", None, "bcda"),
        ("a", 99, "bcda"),
        ("d", 2, "abdc"),
        ("b", 1, "abcd"),
        ("new", 1, ["a", "new", "b", "c", "d"]),
        ("new", None, ["a", "b", "c", "d", "new"]),
    ],
)
def test_a_folder_takes_its_position_among_its_siblings(grow, principal, moved, position, order):
    grown = grow({"top": None, "new": None} | dict.fromkeys("dcba", "top"))

    move(principal, grown[moved], grown["top"], position)

    inside = [folder for folder in living() if folder.parent_id == grown["top"].id]
    inside.sort(key=lambda folder: (folder.position, folder.name_key))
    assert [folder.name for folder in inside] == list(order)
    changed = {folder.name for folder in inside if folder.version > 1}
    assert changed == (set() if order == "abcd" else {moved})
