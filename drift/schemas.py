"""Two schemas, compared as callers meet them: in what they send, or in what they read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from contract.spec import Json, resolve
from drift.changes import Change, added, breaking, compatible
from drift.keywords import are_alike, facts, whole

MAY_GROW = re.compile(r"\bmay grow\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Direction:
    word: str
    closed: str  # marks what belongs to the other direction
    refused: int = 0  # the status for what does not fit


REQUEST = Direction("request", "readOnly", 400)
PATH = Direction("request", "readOnly", 404)
ANSWER = Direction("answer", "writeOnly")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document: a path that starts at the innermost schema that has a name."""

    root: str
    name: str = ""
    path: str = ""

    def down(self, step: str) -> "Place":
        return replace(self, path=self.path + step)

    def __str__(self) -> str:
        if self.name:
            kind = "field" if self.path else "type"
            return f"the {self.root} {kind} `{self.name}{self.path}`"
        return f"the field `{self.path.lstrip('.')}` of {self.root}" if self.path else self.root


@dataclass(slots=True)
class Found:
    """The changes of one schema down to the named ones inside, and those."""

    changes: list[Change] = field(default_factory=list)
    named: list[tuple[str, int]] = field(default_factory=list)
    open: list[tuple[int, int]] = field(default_factory=list)


class Comparison:
    """One direction of two documents. Every pair of named schemas is compared once."""

    def __init__(self, old: Json, new: Json, direction: Direction) -> None:
        self._old = old
        self._new = new
        self._direction = direction
        self._nodes: dict[tuple[str, int], tuple[Json, Json]] = {}
        self._done: dict[tuple[str, int], Found] = {}

    def changes(self, old: Json, new: Json, root: str) -> Iterator[Change]:
        found = Found()
        self._compare(old, new, Place(root), found)
        yield from found.changes
        seen, left = set(found.named), list(found.named)
        while left:
            inner = self._named(left.pop())
            yield from inner.changes
            left += [pair for pair in inner.named if pair not in seen]
            seen.update(inner.named)

    def _named(self, pair: tuple[str, int]) -> Found:
        if pair not in self._done:
            old, new = self._nodes[pair]
            place = Place(self._direction.word, pair[0].rpartition("/")[2])
            self._done[pair] = Found()
            self._differ(old, new, place, self._done[pair])
        return self._done[pair]

    def _compare(self, old: Json, new: Json, place: Place, found: Found) -> None:
        if "$ref" in old:
            pair = old["$ref"], id(resolve(self._new, new))
            self._nodes[pair] = old, new
            found.named.append(pair)
            return
        nodes = id(old), id(new)
        if nodes not in found.open:  # a schema may contain itself through allOf
            found.open.append(nodes)
            self._differ(old, new, place, found)
            found.open.pop()

    def _differ(self, old: Json, new: Json, place: Place, found: Found) -> None:
        before, after = whole(self._old, old), whole(self._new, new)
        olds, news = _alternatives(before), _alternatives(after)
        if olds or news:
            self._branches(olds or [old], news or [new], place, found)
        if bool(olds) == bool(news):
            found.changes += self._keywords(before, after, place)
            if are_alike(before, after):
                self._inside(before, after, place, found)

    def _branches(self, olds: list[Json], news: list[Json], place: Place, found: Found) -> None:
        refused = self._direction.refused
        pairs, gone, new = _paired(olds, news)
        for old_branch, new_branch in pairs:
            self._compare(old_branch, new_branch, place, found)
        for branch in gone:
            what = f"{place} may no longer be {_key(branch)}"
            fail = breaking(what, f"callers that send it get {refused}")
            found.changes.append(fail if refused else compatible(what))
        for branch in new:
            what = f"{place} may also be {_key(branch)}"
            fail = breaking(what, "callers that know only the other forms fail")
            found.changes.append(added(what) if refused else fail)

    def _keywords(self, old: Json, new: Json, place: Place) -> Iterator[Change]:
        is_answer = self._direction is ANSWER
        for fact in facts(old, new):
            what = f"{place} {fact.what}"
            if fact.allows_more if is_answer else fact.allows_less:
                sender = f"{fact.sender} get {self._direction.refused}"
                yield breaking(what, fact.reader if is_answer else sender)
            else:
                yield compatible(what)
        yield from self._enum(old, new, place)
        if not is_answer and old.get("default") != new.get("default"):
            what = f"{place} has the default {new.get('default')} instead of {old.get('default')}"
            whom = "callers that leave it out get something else"
            yield breaking(what, whom) if "default" in old else compatible(what)

    def _enum(self, old: Json, new: Json, place: Place) -> Iterator[Change]:
        refused = self._direction.refused
        before, after = old.get("enum"), new.get("enum")
        may_grow = bool(MAY_GROW.search(old.get("description", "")))
        if before is None and after is not None:
            what = f"{place} takes only {_listed(after)}" if refused else f"{place} has an enum"
            whom = f"callers that send anything else get {refused}"
            yield breaking(what, whom) if refused else compatible(what)
        elif after is None and before is not None:
            what = f"{place} may be any value, not only {_listed(before)}"
            whom = "callers that know only the listed values fail"
            yield compatible(what) if refused or may_grow else breaking(what, whom)
        elif before is not None and after is not None:
            yield from self._values(before, after, place, may_grow)

    def _values(
        self, before: list[Any], after: list[Any], place: Place, may_grow: bool
    ) -> Iterator[Change]:
        refused = self._direction.refused
        if lost := [value for value in before if value not in after]:
            whom = f"get {refused}" if refused else "never see it again"
            verb = "send" if refused else "wait for"
            yield breaking(f"{place} lost {_listed(lost)}", f"callers that {verb} it {whom}")
        if gained := [value for value in after if value not in before]:
            what = f"{place} gained {_listed(gained)}"
            whom = "callers that know only the old values fail, since it does not say “May grow.”"
            yield added(what) if refused or may_grow else breaking(what, whom)

    def _inside(self, old: Json, new: Json, place: Place, found: Found) -> None:
        if "items" in old or "items" in new:
            self._compare(old.get("items", {}), new.get("items", {}), place.down("[]"), found)
        before, after = self._properties(old), self._properties(new)
        for name, schema in before.items():
            if name in after:
                found.changes += self._requirement(name, old, new, place.down(f".{name}"))
                self._compare(schema, after[name], place.down(f".{name}"), found)
            else:
                found.changes.append(self._gone(new, place.down(f".{name}")))
        for name in [name for name in after if name not in before]:
            found.changes.append(self._grown(name, new, place.down(f".{name}")))
        self._others(old, new, place, found)

    def _properties(self, schema: Json) -> Json:
        """Those that take part in this direction."""
        return {
            name: inner
            for name, inner in schema.get("properties", {}).items()
            if not inner.get(self._direction.closed)
        }

    def _gone(self, new: Json, place: Place) -> Change:
        refused = self._direction.refused
        if not refused:
            return breaking(f"{place} is gone", "callers that read it find nothing")
        is_refused = new.get("additionalProperties", True) is False
        result = f"get {refused}" if is_refused else "are not heard"
        return breaking(f"{place} is gone", f"callers that send it {result}")

    def _grown(self, name: str, new: Json, place: Place) -> Change:
        refused = self._direction.refused
        if refused and name in new.get("required", ()):
            whom = f"callers that do not know it get {refused}"
            return breaking(f"{place} is new and required", whom)
        return added(f"{place} is new")

    def _requirement(self, name: str, old: Json, new: Json, place: Place) -> Iterator[Change]:
        refused = self._direction.refused
        was, now = name in old.get("required", ()), name in new.get("required", ())
        if was == now:
            return
        what = f"{place} became required" if now else f"{place} is no longer required"
        if bool(refused) != now:
            yield compatible(what)
        elif refused:
            yield breaking(what, f"callers that leave it out get {refused}")
        else:
            yield breaking(what, "callers that count on it fail when it is missing")

    def _others(self, old: Json, new: Json, place: Place, found: Found) -> None:
        """What an object may hold beside the fields it names."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if (before is False) == (after is False):
            if isinstance(before, dict) or isinstance(after, dict):
                was, now = ({} if each is True else each for each in (before, after))
                self._compare(was, now, place.down(".*"), found)
            return
        refused = self._direction.refused
        what = f"{place} holds {'no' if after is False else 'other'} fields beside those it names"
        whom = f"callers that send others get {refused}"
        is_breaking = bool(refused) and after is False
        found.changes.append(breaking(what, whom) if is_breaking else compatible(what))


def _alternatives(schema: Json) -> list[Json]:
    found: list[Json] = schema.get("oneOf") or schema.get("anyOf") or []
    return found


def _paired(olds: list[Json], news: list[Json]) -> tuple[list[Any], list[Json], list[Json]]:
    """Those of one name or type belong together, what is left over by its order."""
    pairs, gone, left = [], [], list(news)
    for old in olds:
        same = next((new for new in left if _key(new) == _key(old)), None)
        if same is None:
            gone.append(old)
        else:
            pairs.append((old, same))
            left = [new for new in left if new is not same]
    both = min(len(gone), len(left))
    return [*pairs, *zip(gone, left, strict=False)], gone[both:], left[both:]


def _key(node: Json) -> str:
    return str(node.get("$ref", node.get("type", "any value"))).rpartition("/")[2]


def _listed(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)
