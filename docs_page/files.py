"""What the page consists of, read once: three files of ours and the viewer."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import orjson

import config
from contract import current
from docs_page.document import dressed

FOLDER = Path(__file__).parent / "files"
# Scripts run from this server only, and nothing is fetched from or sent to another. The viewer
# writes its styles into the page, hence the exception for styles, and for styles alone.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


@dataclass(frozen=True, slots=True)
class File:
    media: str
    packed: bytes
    etag: str

    @property
    def plain(self) -> bytes:
        return gzip.decompress(self.packed)


@cache
def page() -> File:
    return _packed("text/html", (FOLDER / "index.html").read_bytes())


@cache
def document() -> File:
    shown = dressed(current.document().spec, config.settings().public_url)
    return _packed("application/json", orjson.dumps(shown))


@cache
def scripts() -> dict[str, File]:
    """By the name that the contract gives them."""
    viewer = (FOLDER / "viewer.js.gz").read_bytes()
    return {
        "page.js": _packed("text/javascript", (FOLDER / "page.js").read_bytes()),
        "viewer.js": _file("text/javascript", viewer),
    }


def _packed(media: str, content: bytes) -> File:
    return _file(media, gzip.compress(content, mtime=0))


def _file(media: str, packed: bytes) -> File:
    return File(media, packed, f'W/"{sha256(packed).hexdigest()[:32]}"')
