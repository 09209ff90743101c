"""What every display needs: words, whether protected values may be seen, and the foot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.show.screen import Blank, Block, Hidden, Piece, Screen, Section, Table, When
from klappts_engine.show.terminal import standing
from klappts_engine.show.words import Words
from klappts_engine.validation import Text


@dataclass(frozen=True)
class Context:
    """The words of one language; values of protected facts are hidden unless `sensitive`."""

    words: Words
    sensitive: bool = False

    def screen(
        self,
        kind: str,
        blocks: Iterable[Block],
        foot: Iterable[Block],
        about: Iterable[Piece] = (),
        roomy: bool = False,
    ) -> Screen:
        """A display under the title of its kind."""
        title = self.words.text(f"screen.title.{kind}")
        return Screen(self.words.lang, title, tuple(blocks), tuple(foot), tuple(about), roomy)

    def about(self, on: dt.date) -> Iterable[Piece]:
        """What tells one page from another, though no case has a name: a line to write on, the day
        and the Rechtsstand."""
        yield Blank(self.words.text("screen.for"))
        yield self.words.text("screen.as_of", day=self.words.day(on))
        stand = self.words.day(self.words.engine.rulebook.book.rechtsstand)
        yield self.words.text("page.state", stand=stand)

    def heads(self, *names: str) -> tuple[str, ...]:
        """The heads of columns."""
        return tuple(self.words.text(f"screen.head.{name}") for name in names)

    def day(self, day: dt.date) -> When:
        """A day."""
        return When(day, self.words.day(day))

    def protected(self, fact: str) -> bool:
        """Whether a fact, or one that it is derived from, is marked as sensitive, and was not asked
        for."""
        vocabulary = self.words.engine.rulebook.vocabulary
        return not self.sensitive and any(
            vocabulary.facts[one].sensitive for one in vocabulary.inputs[fact]
        )

    def value(self, fact: str, value: object) -> Piece:
        """A value in words, or the word that it is hidden."""
        return (
            Hidden(self.words.text("screen.hidden"))
            if self.protected(fact)
            else self.words.spoken(fact, value)
        )

    def foot(
        self, on: dt.date | str, caveats: Sequence[Text], assumptions: Sequence[Assumed]
    ) -> Iterable[Block]:
        """The day (or why there is none), the Rechtsstand, what was not checked, and the
        assumptions."""
        first = on if isinstance(on, str) else self.words.text("foot", on=self.words.day(on))
        yield " ".join(standing(self.words, first, caveats))
        yield from (self._assumed(assumed) for assumed in assumptions if assumed.facts)
        yield self.words.text("disclaimer")

    def facts(self, told: Mapping[str, object]) -> Table:
        """Facts with their values."""
        rows = tuple((self.words.fact(id), self.value(id, value)) for id, value in told.items())
        hidden = sum(map(self.protected, told))
        return Table(
            self.words.text("screen.caption.facts", number=len(told), hidden=hidden),
            self.heads("fact", "value"),
            rows,
        )

    def _assumed(self, assumed: Assumed) -> Section:
        """Assumptions with their values. Nobody told them of this person, so protected ones are
        not even named."""
        found = self.words.engine.catalogue.assumptions[assumed.set]
        title = self.words.text(
            "assumed", sets=found.title.in_(self.words.lang), number=len(assumed.facts)
        )
        named = {fact: found.facts[fact] for fact in assumed.facts if not self.protected(fact)}
        blocks: list[Block] = [self.facts(named)] if named else []
        if left := len(assumed.facts) - len(named):
            blocks.append(self.words.text("screen.unnamed", number=left))
        return Section(title, tuple(blocks), weight="folded")
