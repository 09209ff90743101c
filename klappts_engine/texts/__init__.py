"""The message catalogue: every sentence the package can print, as data, by code and language."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES = ("de", "en", "einfach")
"""German, English, and plain German in short sentences."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All texts of one language, by dotted code. Raises KeyError for a language that is not
    shipped."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    raw = yaml.load(files(__name__).joinpath(f"{lang}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    flat: dict[str, str] = {}

    def walk(prefix: str, node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(f"{prefix}.{key}" if prefix else str(key), value)
        else:
            flat[prefix] = str(node)

    walk("", raw)
    return flat


def text(code: str, lang: str = "de", **params: object) -> str:
    """The sentence for `code` in `lang`, with `params` filled in. Raises KeyError for an unknown
    code."""
    return catalogue(lang)[code].format(**params)


def day(on: dt.date, lang: str) -> str:
    """A day as it is written in a language."""
    return on.isoformat() if lang == "en" else f"{on:%d.%m.%Y}"
