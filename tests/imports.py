"""Rows of a file, and what became of them."""

from sqlalchemy import func, select

from models import Bookmark
from tests.stored import rows

FILE = {"Content-Type": "application/octet-stream"}


def page(number=1, **fields):
    return {"title": f"Page {number}", "url": f"https://example.com/{number}", **fields}


def counts(job):
    return {name: job[name] for name in ("created", "merged", "skipped", "failed") if job[name]}


def bookmarks():
    [number] = rows(select(func.count(Bookmark.id)))
    return number
