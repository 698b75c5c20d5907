"""What the database holds, asked behind the server's back."""

import db


def rows(statement):
    with db.reading() as session:
        return session.scalars(statement).all()


def change(row, **changes):
    """Write fields of a row that no operation would."""
    with db.transaction() as session:
        found = session.get_one(type(row), row.id)
        for name, value in changes.items():
            setattr(found, name, value)
