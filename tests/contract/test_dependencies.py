"""Each runtime dependency has one line that says what it is for."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "decisions" / "0015-dependencies.md"


def test_every_dependency_is_accounted_for_and_no_other():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = [re.match(r"[\w-]+", each)[0] for each in declared]

    explained = re.findall(r"^\| `([\w-]+)` \| .+ \|$", PAGE.read_text(), re.MULTILINE)

    assert explained == sorted(names)
