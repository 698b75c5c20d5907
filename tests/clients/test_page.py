"""What docs/clients.md shows is what was run."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clients.md").read_text()
LANGUAGES = ("python", "typescript", "java", "go", "ruby")
SHOWN = re.findall(r"^```(\w+)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_recipe_stands_in_a_file_that_was_run():
    for language, text in SHOWN:
        if language in LANGUAGES:
            files = (ROOT / "clients" / language).glob("*.*")
            assert any(text in path.read_text() for path in files), text


def test_every_language_shows_its_three_recipes():
    shown = [language for language, _ in SHOWN if language in LANGUAGES]

    assert {language: shown.count(language) for language in LANGUAGES} == dict.fromkeys(
        LANGUAGES, 3
    )
