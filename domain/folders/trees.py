"""Which folder lies in which: the only place that writes FolderAncestor.

A folder in the trash is cut off from what was above it; its `parent_id` still says where it lay.
"""

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from domain import access
from errors import Invalid
from models import Folder, FolderAncestor
from models.folder import MAX_DEPTH
from security.principal import Principal


class FolderCycle(Invalid):
    code = "FOLDER_CYCLE"
    error = "A folder cannot lie in itself or in what lies in it."
    message = "Choose a `parent_id` outside of it."


class FolderTooDeep(Invalid):
    code = "FOLDER_TOO_DEEP"
    error = f"Folders lie in each other at most {MAX_DEPTH} deep."
    message = "Choose a `parent_id` further up."


def lock(session: Session, user: Principal) -> None:
    """For every change of which folder lies in which, before anything is read.

    Two folders that are moved into each other at the same moment would else become a ring, and a
    folder could be put into one that is being deleted.
    """
    access.lock_organization(session, access.current_organization_id(user))


def plant(session: Session, folder: Folder) -> None:
    """A new folder takes its place in the tree."""
    here = {"organization_id": folder.organization_id, "descendant_id": folder.id}
    session.execute(insert(FolderAncestor).values(**here, ancestor_id=folder.id, distance=0))
    hang(session, folder)


def hang(session: Session, folder: Folder) -> None:
    """What was cut off comes to lie in the folder's parent, with everything below it."""
    above, below = aliased(FolderAncestor), aliased(FolderAncestor)
    pairs = (
        select(
            below.organization_id,
            below.descendant_id,
            above.ancestor_id,
            above.distance + below.distance + 1,
        )
        .join(above, above.organization_id == below.organization_id)
        .where(
            below.organization_id == folder.organization_id,
            below.ancestor_id == folder.id,
            above.descendant_id == folder.parent_id,
        )
    )
    columns = ["organization_id", "descendant_id", "ancestor_id", "distance"]
    session.execute(insert(FolderAncestor).from_select(columns, pairs))


def cut(session: Session, folder: Folder) -> None:
    """The folder becomes a tree of its own, with everything below it."""
    inside = within(folder)
    session.execute(
        delete(FolderAncestor).where(
            FolderAncestor.organization_id == folder.organization_id,
            FolderAncestor.descendant_id.in_(inside),
            FolderAncestor.ancestor_id.not_in(inside),
        )
    )


def within(folder: Folder) -> Select[str]:
    """The ids of the folder and of all below it."""
    return select(FolderAncestor.descendant_id).where(
        FolderAncestor.organization_id == folder.organization_id,
        FolderAncestor.ancestor_id == folder.id,
    )


def require_room(session: Session, parent: Folder, folder: Folder | None = None) -> None:
    """Room in the parent for a new folder, or for this one with everything below it."""
    if folder is not None and session.scalar(
        within(folder).where(FolderAncestor.descendant_id == parent.id)
    ):
        raise FolderCycle
    height = 0 if folder is None else _furthest(session, folder, FolderAncestor.ancestor_id)
    if _furthest(session, parent, FolderAncestor.descendant_id) + 1 + height >= MAX_DEPTH:
        raise FolderTooDeep


def _furthest(session: Session, folder: Folder, end: InstrumentedAttribute[str]) -> int:
    furthest = select(func.max(FolderAncestor.distance)).where(
        FolderAncestor.organization_id == folder.organization_id, end == folder.id
    )
    return session.scalars(furthest).one() or 0
