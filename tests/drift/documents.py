"""A small document, and what it is after a change."""

from copy import deepcopy

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
NAME = {"type": "string", "maxLength": 50}
NEW_THING = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"$ref": "#/components/schemas/Name"},
        "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
        "parts": {"type": "array", "maxItems": 9, "items": {"type": "string"}},
        "secret": {"type": "string", "writeOnly": True},
    },
}
THING = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$", "readOnly": True},
        "name": {"$ref": "#/components/schemas/Name"},
        "size": {"type": "integer", "maximum": 9},
        "state": {"type": "string", "enum": ["new", "old"]},
        "kind": {"type": "string", "enum": ["a", "b"], "description": "May grow."},
        "parent": {"$ref": "#/components/schemas/Thing"},
        "shape": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Name"}]},
    },
}


def refers(name):
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def document():
    """One operation that takes and gives a bit of everything."""
    return deepcopy(
        {
            "paths": {
                "/things/{id}": {
                    "post": {
                        "operationId": "make_thing",
                        "tags": ["Things"],
                        "security": [{"bearer": []}, {"cookie": []}],
                        "x-scope": "things:write",
                        "x-rate-limit": "general",
                        "parameters": [ID, LIMIT],
                        "requestBody": {"required": True, **refers("NewThing")},
                        "responses": {
                            "201": {
                                "headers": {"Location": {"schema": {"type": "string"}}},
                                **refers("Thing"),
                            },
                            "409": refers("Thing"),
                        },
                    }
                }
            },
            "components": {
                "schemas": {"Name": NAME, "NewThing": NEW_THING, "Thing": THING},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def changed(*edits):
    """Each edit is a path of keys and the value to put there; without a value it is removed."""
    spec = document()
    for edit in edits:
        where, *value = edit if isinstance(edit, tuple) else (edit,)
        *above, last = where.split(" ")
        node = spec
        for step in above:
            node = node[SHORT.get(step, step)] if isinstance(node, dict) else node[int(step)]
        if not value:
            del node[int(last) if isinstance(node, list) else last]
        elif isinstance(node, list):
            node.insert(int(last), value[0])
        else:
            node[last] = value[0]
    return spec


SHORT = {"/things": "/things/{id}"}
