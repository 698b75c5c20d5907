"""The documents say what is so: the settings, and the places they link to."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def shown(value):
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if plain == "":
        return "empty"
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`"


def test_the_table_of_settings_is_the_class_of_settings():
    fields = [
        (name.upper(), shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]

    assert ROW.findall(README) == fields


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_place_that_a_document_links_to_is_there(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target
