"""Each generated client is made, checked, and run through the invitation story."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from contract.current import document
from contract.spec import operations, parameters
from tests.clients.lossy import LossyLine

CLIENTS = Path(__file__).parents[2] / "clients"
GENERATED = CLIENTS / "generated"
SPEC = document().spec
SCHEMAS = SPEC["components"]["schemas"]
# What CI runs; `make clients` asks for more.
LANGUAGES = os.environ.get("CLIENTS", "python typescript").split()
TOLD = """\
invited guest1@example.com (the first answer again)
invited guest2@example.com
invited guest3@example.com
invited guest4@example.com
refused TEAM_SEAT_LIMIT: 5 seats, 1 used, 4 pending, 1 included, 4 extra
listed guest4@example.com pending
listed guest3@example.com pending
listed guest2@example.com pending
listed guest1@example.com pending
now guest4@example.com revoked
"""

# The story is about the client; what it meets is the same on both databases.
on_one_database = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)


def made(target, **environment):
    done = subprocess.run(
        ["make", "--silent", "--directory", CLIENTS, target],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    """Its client is made and checked by now."""
    made(request.param)
    return request.param


@pytest.fixture
def line(server):
    with LossyLine(server) as line:
        yield line


@on_one_database
def test_the_story_is_told_with_every_client(language, line, make):
    owner = make.user("ada@example.com")
    organization = make.organization(owner, seats=5)
    token = make.token(owner, organization, scopes=["invitations:read", "invitations:write"])

    told = made(
        f"{language}-story", BASE_URL=line.base_url, ORGANIZATION=organization.id, TOKEN=token
    )

    assert (told.stdout, told.stderr) == (TOLD, "")
    lost, asked_for_patience, replayed, *others = line.tries
    assert lost == asked_for_patience == replayed
    assert len({replayed, *others}) == 5, "each thing to be done has a key of its own"


def test_every_model_is_called_what_the_contract_calls_it(language):
    named = {name.lower() for name in SCHEMAS}
    classes = {name.lower() for name, schema in SCHEMAS.items() if is_a_class(schema)}

    models = {bare(name) for name in MODELS[language](GENERATED / language)}

    assert classes - models == set()
    assert models - named - set(places()) == set()


def stems(pattern):
    return lambda folder: [path.stem for path in folder.glob(pattern)]


def exported_types(folder):
    text = (folder / "slugbase.ts").read_text()
    return re.findall(r"^export type (\w+) = components\['schemas'\]", text, re.MULTILINE)


def java_classes(folder):
    found = stems("src/main/java/slugbase/model/*.java")(folder)
    return [name for name in found if name != "AbstractOpenApiSchema"]  # the generator's own


def go_structs(folder):
    """There NewThing is the constructor of Thing, so the schema of that name is ThingInput."""
    return [re.sub(r"^model_(.+)_input$", r"new_\1", name) for name in stems("model_*.go")(folder)]


MODELS = {
    "python": stems("slugbase_client/models/[!_]*.py"),
    "typescript": exported_types,
    "java": java_classes,
    "go": go_structs,
    "ruby": stems("lib/slugbase/models/*.rb"),
}


def bare(name):
    return name.removeprefix("model_").replace("_", "").lower()


def is_a_class(schema):
    return "enum" in schema or "properties" in schema


def places():
    """Names of enums that stand where they are used."""
    for name, schema in SCHEMAS.items():
        for field in schema.get("properties", {}):
            yield bare(f"{name}{field}")
    for path, method, operation in operations(SPEC):
        for parameter in parameters(SPEC, path, method):
            yield bare(f"{operation['operationId']}{parameter['name']}")
