"""Reads the plain part of YAML with line numbers: no anchors, no tags, bounded in size."""

from __future__ import annotations

import datetime as dt
import re
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from klappts_engine.errors import DataError, KlapptsError, Mistake

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_NODES = 100_000
"""Values, keys, lists and sections of one file together."""

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}


class Map(dict[str, Any]):
    """A mapping that remembers on which line it and each of its keys stand."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Seq(list[Any]):
    """A list that remembers the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def line_of(node: object, path: Sequence[object]) -> int | None:
    """The line of the deepest part of `path` that exists below `node`."""
    line = node.line if isinstance(node, (Map, Seq)) else None
    for step in path:
        if isinstance(node, Map) and step in node:
            line, node = node.lines[str(step)], node[str(step)]
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
            line, node = node.lines[step], node[step]
        else:
            break
    return line


def read(path: Path, name: str | None = None, error: type[KlapptsError] = DataError) -> Map:
    """The mapping in the file at `path`. Raises `error` with one mistake that says what is wrong
    and on which line."""
    name = name or path.name
    return parse(read_text(path, name, error), name, error)


def read_text(path: Path, name: str, error: type[KlapptsError] = DataError) -> str:
    """The text of a file of bounded size. Raises `error`, as `read`."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise OSError
        if info.st_size > MAX_BYTES:
            raise error(Mistake("file_too_large", {"limit": MAX_BYTES}, name))
        text = _decoded(path.read_bytes())
    except FileNotFoundError:
        raise error(Mistake("file_missing", {}, name)) from None
    except (OSError, ValueError):  # no file can have a name with a null character
        raise error(Mistake("file_unreadable", {}, name)) from None
    if text is None:
        raise error(Mistake("file_not_utf8", {}, name))
    return text


def parse(document: str, name: str, error: type[KlapptsError] = DataError) -> Map:
    """As `read`, from a text."""
    try:
        events = yaml.parse(document, Loader=yaml.CSafeLoader)
        return _build(events, name, error)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise error(Mistake("yaml_syntax", {}, name, line)) from None


def _decoded(raw: bytes) -> str | None:
    """The text, or None. No exception stays behind: a UnicodeDecodeError holds all that was
    read."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _build(events: Iterable[Any], name: str, error: type[KlapptsError]) -> Map:
    """Turns parser events into Map, Seq and scalars, without recursion."""
    root: object = None
    documents = 0
    stack: list[tuple[Map | Seq, list[Any]]] = []  # open container, pending key (at most one)

    def line_of_event(event: Any) -> int:
        return int(event.start_mark.line) + 1

    def fail(code: str, event: Any) -> KlapptsError:
        return error(Mistake(code, {}, name, line_of_event(event)))

    def put(value: object, event: Any) -> None:
        nonlocal root
        if not stack:
            root = value
            return
        container, key = stack[-1]
        line = line_of_event(event)
        if isinstance(container, Seq):
            container.append(value)
            container.lines.append(line)
        elif not key:
            if not isinstance(value, (str, int, float, bool, dt.date)):
                raise fail("yaml_key", event)
            text = event.value  # a key is always the text as written
            if text in container:
                raise fail("yaml_duplicate", event)
            key.append(text)
            container.lines[text] = line
        else:
            container[key.pop()] = value

    for number, event in enumerate(events):
        if number > MAX_NODES:
            raise fail("yaml_too_much", event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise fail("yaml_alias", event)
        if isinstance(event, yaml.ScalarEvent):
            if event.tag is not None:
                raise fail("yaml_tag", event)
            put(_scalar(event.value) if event.style in (None, "") else event.value, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if event.tag is not None:
                raise fail("yaml_tag", event)
            if len(stack) >= MAX_DEPTH:
                raise fail("yaml_too_deep", event)
            line = line_of_event(event)
            node: Map | Seq = Map(line) if isinstance(event, yaml.MappingStartEvent) else Seq(line)
            put(node, event)
            stack.append((node, []))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise fail("yaml_documents", event)
    if not isinstance(root, Map):
        raise error(Mistake("not_a_mapping", {}, name, 1))
    return root


def _scalar(text: str) -> object:
    """A plain scalar as null, truth value, number, date or text. An impossible date stays text, to
    be refused in its field."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text) if len(text) < 19 else text
    if _FLOAT.match(text):
        return float(text) if len(text) < 40 else text
    if _DATE.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    return text
