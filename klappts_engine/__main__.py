"""Starts the command line; says what is missing where the extra for it was not installed."""

from __future__ import annotations

import gc
import sys

from klappts_engine import texts


def main() -> None:
    """Entry point of the command `klappts` and of `python -m klappts_engine`."""
    gc.set_threshold(100_000)  # loading makes much that stays, in a process that soon ends
    try:
        from klappts_engine import cli
    except ModuleNotFoundError as problem:
        if problem.name not in ("typer", "click"):
            raise
        sys.stderr.write(texts.text("cli_missing") + "\n")
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
