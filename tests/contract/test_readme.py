"""README says what the settings are; config.Settings is what they are."""

import re
from pathlib import Path

from pydantic import SecretStr

from config import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()
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


def test_every_place_that_readme_links_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parents[2] / target).exists(), target
