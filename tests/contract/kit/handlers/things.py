"""Tag: Things. Each handler answers with what it was given."""


def list_things(limit, price=None, flag=None, word=None, tags=None, ids=None):
    given = {"price": price, "flag": flag, "word": word, "tags": tags, "ids": ids}
    return {"limit": limit, **{name: value for name, value in given.items() if value is not None}}


def create_thing(body, user):
    return {"id": user, "got": body}, 201, {"Location": "/things/1"}


async def get_thing(id, user=None, token_info=None):
    return {"id": id, "user": user, "token_info": token_info}


def delete_thing(id):
    return None, 204
