"""Reads the plain part of YAML with line numbers: no anchors, no tags, bounded in size."""

from __future__ import annotations

import datetime as dt
import re
import stat
from collections.abc import Sequence
from itertools import count
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
_FIRST = frozenset("+-0123456789")
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
    return parse(read_bytes(path, name, error), name, error)


def read_bytes(path: Path, name: str, error: type[KlapptsError] = DataError) -> bytes:
    """What stands in the file at `path`, if it is a file and not too large. Raises `error` with one
    mistake."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise OSError
        if info.st_size > MAX_BYTES:
            raise error(Mistake("file_too_large", {"limit": MAX_BYTES}, name))
        return path.read_bytes()
    except FileNotFoundError:
        raise error(Mistake("file_missing", {}, name)) from None
    except (OSError, ValueError):  # no file can have a name with a null character
        raise error(Mistake("file_unreadable", {}, name)) from None


def read_text(path: Path, name: str, error: type[KlapptsError] = DataError) -> str:
    """The text of the file at `path`. Raises `error` with one mistake."""
    return _text(read_bytes(path, name, error), name, error)


def parse(raw: bytes, name: str, error: type[KlapptsError] = DataError) -> Map:
    """As `read`, from bytes."""
    document = _text(raw, name, error)
    try:
        return _build(yaml.CSafeLoader(document), name, error)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise error(Mistake("yaml_syntax", {}, name, line)) from None


def _text(raw: bytes, name: str, error: type[KlapptsError]) -> str:
    text = _decoded(raw)
    if text is None:
        raise error(Mistake("file_not_utf8", {}, name))
    return text


def _decoded(raw: bytes) -> str | None:
    """The text, or None. No exception stays behind: a UnicodeDecodeError holds all that was
    read."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _build(parser: Any, name: str, error: type[KlapptsError]) -> Map:
    """Turns parser events into Map, Seq and scalars, without recursion. One plain loop, for most of
    the time of loading is spent here."""
    root: object = None
    documents = 0
    around: list[tuple[Map | Seq | None, str | None]] = []  # open containers, their pending keys
    container: Map | Seq | None = None
    key: str | None = None
    next_event = parser.get_event

    def fail(code: str) -> KlapptsError:
        return error(Mistake(code, {}, name, event.start_mark.line + 1))

    for number in count():
        event = next_event()
        kind = type(event)
        if number > MAX_NODES:
            raise fail("yaml_too_much")
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            container, key = around.pop()
            continue
        if kind is yaml.AliasEvent or getattr(event, "anchor", None) is not None:
            raise fail("yaml_alias")
        is_scalar = kind is yaml.ScalarEvent
        if not is_scalar and kind is not yaml.MappingStartEvent:
            if kind is yaml.StreamEndEvent:
                break
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise fail("yaml_documents")
            if kind is not yaml.SequenceStartEvent:
                continue
        if event.tag is not None:
            raise fail("yaml_tag")
        if not is_scalar and len(around) >= MAX_DEPTH:
            raise fail("yaml_too_deep")
        line = event.start_mark.line + 1
        if key is None and type(container) is Map:
            if not is_scalar or (not event.style and _WORDS.get(event.value, True) is None):
                raise fail("yaml_key")
            key = event.value  # a key is always the text as written
            if key in container:
                raise fail("yaml_duplicate")
            container.lines[key] = line
            continue
        value: Any
        if is_scalar:
            value = event.value if event.style else _scalar(event.value)
        else:
            value = Map(line) if kind is yaml.MappingStartEvent else Seq(line)
        if key is not None:
            container[key] = value  # type: ignore[index, call-overload]
            key = None
        elif container is not None:
            container.append(value)  # type: ignore[union-attr]
            container.lines.append(line)  # type: ignore[union-attr]
        else:
            root = value
        if not is_scalar:
            around.append((container, key))
            container = value
    if not isinstance(root, Map):
        raise error(Mistake("not_a_mapping", {}, name, 1))
    return root


def _scalar(text: str) -> object:
    """A plain scalar as null, truth value, number, date or text. An impossible date stays text, to
    be refused in its field."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
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
