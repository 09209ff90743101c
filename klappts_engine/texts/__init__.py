"""The message catalogue: every sentence the package can print, as data, by code and language."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

import yaml

_FILES = {
    path.name[: -len(".yaml")] for path in files(__name__).iterdir() if path.name.endswith(".yaml")
}
LANGUAGES = tuple(sorted(_FILES, key=lambda lang: (lang != "de", len(lang), lang)))
"""The languages that have a file here: German first, plain German in short sentences last."""


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
    """The sentence for `code` in `lang`, with `params` filled in; German where it is missing.
    Raises KeyError for an unknown code."""
    sentence = catalogue(lang).get(code) or catalogue("de")[code]
    return sentence.format(**params)


def day(on: dt.date, lang: str) -> str:
    """A day as it is written in a language."""
    return on.strftime(text("date", lang))
