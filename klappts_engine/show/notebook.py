"""Shows the models of the engine in a Jupyter notebook; IPython is not needed for anything else."""

from __future__ import annotations

import sys
from typing import Any

from klappts_engine.engine import Engine
from klappts_engine.errors import Mistake, NotebookUnavailable
from klappts_engine.show.display import DISPLAYS, as_html, as_text, check_language


def show_in_notebook(engine: Engine, lang: str = "de", sensitive: bool = False) -> None:
    """From now on the running notebook shows models in words; values of protected facts only if
    `sensitive`.

    A later call takes the place of an earlier one. Raises NotebookUnavailable where no notebook
    runs, UsageError for a language that is not there.
    """
    check_language(lang)

    def html(model: object) -> str:
        return as_html(engine, model, lang, sensitive)

    def plain(model: object, printer: Any, _cycle: bool) -> None:
        printer.text(as_text(engine, model, lang, sensitive))

    formatters = _shell().display_formatter.formatters
    for kind in DISPLAYS:
        formatters["text/html"].for_type(kind, html)
        formatters["text/plain"].for_type(kind, plain)


def _shell() -> Any:
    """The running IPython; a notebook has imported it before any cell runs."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        raise NotebookUnavailable(Mistake("notebook_missing"))
    return shell
