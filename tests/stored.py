"""What the database holds, asked behind the server's back."""

import db


def rows(statement):
    with db.reading() as session:
        return session.scalars(statement).all()
