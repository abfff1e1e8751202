"""The content, loaded once and never changed: items, words, labels, numbers."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from care.duties import Duty
from care.folding import accents, fold
from care.immunisation import Dose
from care.programme import Almanac, Anchor, Basis, Floating, Item, LateJoin, Opening, openings
from care.reminding import Rules
from care.understanding import Model
from care.understanding import load as load_model
from care.yearly import HEALTH_CARD_END
from content.doses import read_doses
from content.duties import days_of, read_duties, year_day
from content.files import Level, Page, Problem, shown
from content.pieces import Meta, Number, Text
from content.quizzes import Question, read_quiz
from content.schema import Entry, Schedule
from content.search import Index
from content.skills import Skill, read_skills
from content.texts import text_of, tokens_of_items
from content.translation import overlay
from content.tree import Tree, read_tree

ROOT = Path(__file__).parent
LANGUAGE = "vi"
RETIRED = "retired"
UNSEARCHED = frozenset({"sms", "voice", "loudspeaker", "disclaimer"})  # the same words again


class ContentBroken(Exception):
    """The files cannot be used; `problems` says where, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class ContentMissing(KeyError):
    """A label, number or message that no file defines."""


@dataclass(frozen=True, slots=True)
class Library:
    """`items` holds what has its time; `meta` and `messages` also questions and retired items."""

    items: Mapping[str, Item]
    openings: tuple[Opening, ...]
    almanac: Almanac
    meta: Mapping[str, Meta]
    answers: Mapping[str, str]  # intent of a question -> item id
    duties: Mapping[str, Duty]
    doses: Mapping[str, Dose]
    quizzes: Mapping[str, tuple[Question, ...]]
    skills: Mapping[str, tuple[Skill, ...]]  # of the milestone lists
    numbers: Mapping[str, Number]
    labels: Mapping[str, str]
    commands: Mapping[str, str]  # folded phrase -> action id
    spellings: Mapping[str, frozenset[tuple[str, ...]]]  # folded command -> accents of its words
    words: Mapping[str, str]
    messages: frozenset[str]
    index: Index
    model: Model | None  # None only where no model was built
    emergency: str
    texts: Mapping[str, Text]
    raw: Mapping[str, str]
    hashes: Mapping[str, str]  # item id -> of its words: what an officer approves

    @property
    def rules(self) -> Rules:
        return Rules(self.duties, self.doses)

    def reminders(self, duty: str) -> list[str]:
        """The items that end when this duty is done."""
        return [item.id for item in self.items.values() if item.done == duty]

    def source(self, message: str) -> str:
        """The words of a message as they stand in its file: what a consent is given to."""
        return self.raw[message]

    def cards(self, item_id: str, months: int | None) -> tuple[str, ...]:
        """The danger cards an item names; where the age of the child is known, those for it."""
        named = self.meta[item_id].red_flags
        if months is None or self.meta[item_id].urgency == "now":
            return named
        suited = [card for card in named if self._is_for(card, months)]
        return tuple(suited) or named

    def _is_for(self, card: str, months: int) -> bool:
        item = self.items.get(card)
        days = months * 30 + months // 2
        return item is not None and item.at.about_days - 30 < days <= item.expires.about_days

    def label(self, key: str) -> str:
        try:
            return self.labels[key]
        except KeyError:
            raise ContentMissing(f"no label {key!r}") from None


def load(root: Path = ROOT, language: str = LANGUAGE) -> Library:
    """Raises ContentBroken when anything could fail later; `check` finds more than this.

    What is not translated into `language`, or no longer fits the Vietnamese, stays Vietnamese.
    """
    with _nothing_to_collect():
        return _load(root, language)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """All that is read stays; looking through it for rubbish takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load(root: Path, language: str) -> Library:
    tree = read_tree(root, LANGUAGE)
    if language != LANGUAGE:
        overlay(tree, language)
    library = build(tree)
    errors = [problem for problem in tree.problems if problem.level is Level.ERROR]
    if errors:
        raise ContentBroken(sorted(errors))
    return library


def build(tree: Tree) -> Library:
    """The library of all that could be read; what could not is in `tree.problems`."""
    entries = {id_: placed.entry for id_, placed in tree.items.items() if id_ in tree.texts}
    current = {i: e for i, e in entries.items() if e.review.status != RETIRED}
    live = {i: programme_item(e, e.schedule) for i, e in current.items() if e.schedule}
    allowed = tokens_of_items(tree.numbers)
    every = openings(live.values())
    texts: dict[str, Text] = {}
    for id_ in entries:
        texts[id_] = text_of(tree.texts[id_], tree.problems, allowed)
    for message, words in tree.flows.items():
        texts[message] = text_of(words, tree.problems, None)
    return Library(
        items=MappingProxyType(live),
        openings=every,
        almanac=Almanac(every),
        meta=MappingProxyType({i: _meta(e, tree.texts[i].page) for i, e in entries.items()}),
        answers=MappingProxyType({e.intent: i for i, e in current.items() if e.intent}),
        duties=MappingProxyType(read_duties(tree)),
        doses=MappingProxyType(read_doses(tree)),
        quizzes=MappingProxyType(
            {
                i: read_quiz(tree.texts[i].page, tree.problems)
                for i, e in current.items()
                if e.kind == "quiz"
            }
        ),
        skills=MappingProxyType(
            {
                i: read_skills(tree.texts[i].page, tree.problems)
                for i, e in current.items()
                if e.kind == "milestone"
            }
        ),
        numbers=MappingProxyType(
            {key: Number(n.number, n.name, n.when) for key, n in tree.numbers.items()}
        ),
        labels=MappingProxyType(dict(tree.labels)),
        commands=MappingProxyType(_folded(tree.typed.commands)),
        spellings=MappingProxyType(_spellings(tree.typed.commands)),
        words=MappingProxyType(_folded(tree.typed.words)),
        messages=frozenset(texts),
        index=Index({i: _searched(tree.texts[i].page) for i in current if i in tree.texts}),
        model=_model(tree),
        emergency=tree.emergency,
        texts=MappingProxyType(texts),
        raw=MappingProxyType({m: _source(words.page) for m, words in tree.flows.items()}),
        hashes=MappingProxyType({i: tree.texts[i].hash for i in entries}),
    )


def _searched(page: Page) -> tuple[str, str]:
    told = [part.text for name, part in page.parts.items() if name not in UNSEARCHED]
    return page.title.text if page.title else "", "\n".join(told)


def _model(tree: Tree) -> Model | None:
    path = tree.root / "understanding" / f"{tree.language}.bin"
    try:
        return load_model(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        tree.problems.append(Problem(shown(tree.root, path), 1, str(error)))
        return None


def _source(page: Page) -> str:
    pieces = [page.title] if page.title else []
    return "\n\n".join(part.text for part in [*pieces, *page.parts.values()])


def programme_item(entry: Entry, plan: Schedule) -> Item:
    return Item(
        id=entry.id,
        kind=entry.kind,
        anchor=Anchor(plan.anchor),
        at=plan.at,
        expires=plan.expires,
        basis=Basis(plan.basis),
        tier=plan.tier,
        priority=int(plan.priority[1:]),
        prefer_weekend=plan.prefer == "weekend",
        late_join=LateJoin(plan.late_join),
        dedupe_key=plan.dedupe_key,
        must_know="must_know" in entry.tags,
        repeat=tuple(plan.repeat),
        then_every=plan.then_every.days if plan.then_every else None,
        due=plan.due,
        done=plan.done,
        push=plan.push,
        on=_floating(plan),
        before=tuple(offset.days for offset in plan.before),
        rounds=days_of(plan.rounds) if plan.rounds else (),
        months=plan.rounds.months if plan.rounds else None,
        needs=entry.needs,
    )


def _floating(plan: Schedule) -> Floating | None:
    if plan.on_end:
        return HEALTH_CARD_END
    return year_day(plan.on_day) if plan.on_day else None


def _meta(entry: Entry, page: Page) -> Meta:
    return Meta(
        component=entry.component,
        tags=tuple(entry.tags),
        call=tuple(entry.call),
        red_flags=tuple(entry.red_flags),
        sources=tuple(entry.sources),
        status=entry.review.status,
        sensitivity=entry.sensitivity,
        urgency=entry.urgency,
        title=page.title.text if page.title else entry.id,
        done=entry.schedule.done if entry.schedule else None,
        roles=tuple(entry.audience.roles),
        valid_to=entry.valid_to,
        kind=entry.kind,
    )


def _spellings(typed: Mapping[str, list[str]]) -> dict[str, frozenset[tuple[str, ...]]]:
    """All of them: "sảy thai" and "sẩy thai", "dừng" and "/dung" are each the same when folded."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in (phrase for phrases in typed.values() for phrase in phrases):
        found.setdefault(fold(phrase), set()).add(accents(phrase))
    return {folded: frozenset(spelt) for folded, spelt in found.items()}


def _folded(typed: Mapping[str, list[str]]) -> dict[str, str]:
    return {fold(phrase): action for action, phrases in typed.items() for phrase in phrases}
