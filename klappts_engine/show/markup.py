"""One element of HTML."""

from __future__ import annotations

from html import escape

PREFIX = "klappts"
EMPTY = ("meta",)
"""Elements without an end."""


def tag(element: str, *inside: str, **attributes: str) -> str:
    """An element; `inside` is HTML already, attributes are plain text (`class_`, `aria_label`
    ...)."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{element}{said}>" + ("" if element in EMPTY else f"{''.join(inside)}</{element}>")
