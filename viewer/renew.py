"""Takes the viewer out of its npm package, with the licences of all that is bundled into it."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules"
BUNDLE = INSTALLED / "@scalar" / "api-reference" / "dist" / "browser" / "standalone.js"
FILES = HERE.parent / "docs_page" / "files"
_PACKAGE = re.compile(r".*node_modules/((?:@[^/]+/)?[^/]+)/")


def renew() -> None:
    version = _manifest(INSTALLED / "@scalar" / "api-reference")["version"]
    head = f"/*! @scalar/api-reference {version}, MIT; licences: viewer.licences.txt */\n"
    script = head.encode() + BUNDLE.read_bytes()
    (FILES / "viewer.js.gz").write_bytes(gzip.compress(script, 9, mtime=0))
    (FILES / "viewer.licences.txt").write_text("\n\n".join(_licences(version)) + "\n")


def _licences(version: str) -> Iterator[str]:
    """The viewer's packages come without their licence; it was copied from their repository."""
    yield f"@scalar/api-reference {version} and the other packages of Scalar\n"
    yield (HERE / "LICENSE.scalar").read_text().strip()
    for name in _bundled():
        folder = _folder(name)
        manifest = _manifest(folder)
        yield f"---- {name} {manifest['version']} ({manifest['license']})"
        for path in sorted(folder.glob("[Ll][Ii][Cc][Ee][Nn]*")):
            yield path.read_text().strip()


def _bundled() -> list[str]:
    sources = json.loads(BUNDLE.with_suffix(".js.map").read_text())["sources"]
    found = {match[1] for source in sources if (match := _PACKAGE.match(source))}
    return sorted(name for name in found if not name.startswith("@scalar/"))


def _folder(name: str) -> Path:
    """Some packages are installed below the one package that needs this version of them."""
    direct = INSTALLED / name
    return direct if direct.exists() else next(INSTALLED.rglob(f"node_modules/{name}"))


def _manifest(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "package.json").read_text())
    return found


if __name__ == "__main__":
    renew()
