"""The rules for one item: lengths, tokens, facts, danger words, numbers to call, dates."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from content import lint
from content.files import Level, Part, Problem
from content.lint import Remark
from content.render import REVIEWED
from content.skills import LINE
from content.templates import TOKEN
from content.tree import LISTS, MONTHS, QUESTIONS, SKILLS, VARIANTS, Placed, Tree, Words
from content.wordlists import Wordlists

TITLE_MOST = 60
BODY_MOST = 450
BODY_SENTENCES = 6
AVERAGE_MOST = 12
ACTION_MOST = 90
SMS_MOST = 160
VOICE_MOST = 150
LOUDSPEAKER_MOST = 250
DANGER_MOST = 1500
BODIES = ("body", *VARIANTS)
SPOKEN = frozenset({"loudspeaker"})
NO_BUTTONS = frozenset({"items", "sms", "voice", "loudspeaker"})  # what toys have is in `items`
CARD = ("body", *LISTS)
NEEDED = {
    "danger": LISTS,
    "milestone": ("items", "seen", "not-yet", "go-now"),
    "quiz": QUESTIONS,
}
# Beginnings of headings -> the kinds they belong to; all others may stand anywhere.
ONLY_IN = (
    (LISTS, ("danger",)),
    (SKILLS, ("milestone",)),
    (QUESTIONS, ("quiz",)),
    ((MONTHS,), ("faq",)),
    (("overdue",), ("reminder",)),
)
TITLE_TOKENS = frozenset({"be", "goi"})
DATED = frozenset({"law", "vaccine"})


class _Item:
    """One item under check: its entry, its words, and the values its tokens may take."""

    def __init__(self, placed: Placed, words: Words, tree: Tree, lists: Wordlists) -> None:
        self.placed, self.entry = placed, placed.entry
        self.page, self.tree, self.lists = words.page, tree, lists
        numbers = {f"so_{key}": number.number for key, number in tree.numbers.items()}
        self.longest = lists.longest | numbers
        self.usual = lists.usual | numbers

    @property
    def texts(self) -> Iterator[tuple[str, Part]]:
        """Every part with its words, without the marks of lists of skills and of quizzes."""
        if self.page.title:
            yield "title", self.page.title
        for name, part in self.page.parts.items():
            yield name, Part(_bare(name, part.text), part.line)

    def at(self, part: Part, message: str, level: Level = Level.ERROR) -> Problem:
        return Problem(self.page.path, part.line, message, level)

    def remarks(self, part: Part, remarks: Iterable[Remark]) -> Iterator[Problem]:
        for remark in remarks:
            yield Problem(self.page.path, part.line_at(remark.offset), remark.message)


def _bare(name: str, text: str) -> str:
    """Of the same length, so that places stay."""
    if name == "items":
        return LINE.sub(lambda m: f"- {lint.FILLER * (m.start(2) - m.start() - 2)}{m[2]}", text)
    return re.sub(r"^\+ ", "- ", text, flags=re.MULTILINE) if name in QUESTIONS else text


def check(tree: Tree, lists: Wordlists, today: date | None) -> Iterator[Problem]:
    for id_, placed in tree.items.items():
        yield from _sources(placed, tree)
        yield from _references(placed, tree)
        yield from _dates(placed, today)
        if id_ in tree.texts:
            item = _Item(placed, tree.texts[id_], tree, lists)
            for rule in RULES:
                yield from rule(item)


def _sources(placed: Placed, tree: Tree) -> Iterator[Problem]:
    entry = placed.entry
    named = [(("sources", n), source) for n, source in enumerate(entry.sources)]
    for n, fact in enumerate(entry.facts):
        named.append((("facts", n), fact.source))
        if fact.source not in entry.sources:
            yield placed.problem(f"the source {fact.source} is not in sources", "facts", n)
        for remark in lint.phones(fact.claim):
            yield placed.problem(remark.message, "facts", n)
    for keys, source in named if tree.sources else ():
        if source not in tree.sources:
            yield placed.problem(f"unknown source {source}", *keys)
        elif entry.review.status in REVIEWED and tree.sources[source].seen == "known":
            said = f"{source} was never opened (seen: known), so this cannot be approved"
            yield placed.problem(said, *keys)


def _references(placed: Placed, tree: Tree) -> Iterator[Problem]:
    entry = placed.entry
    for n, card in enumerate(entry.red_flags):
        known = tree.items.get(card)
        if known is None or known.entry.kind != "danger" or card == entry.id:
            yield placed.problem(f"{card} is not another danger card", "red_flags", n)
    for n, key in enumerate(entry.call):
        if tree.numbers and key not in tree.numbers:
            yield placed.problem(f"{key} is not a number of places.yaml", "call", n)


def _dates(placed: Placed, today: date | None) -> Iterator[Problem]:
    entry = placed.entry
    if entry.sensitivity in DATED or DATED & set(entry.tags):
        missing = [key for key in ("valid_from", "checked_on") if getattr(entry, key) is None]
        if missing:
            yield placed.problem(f"law and vaccine items need {' and '.join(missing)}")
    if today is None:
        return
    if entry.valid_to is not None and entry.valid_to < today:
        yield placed.problem(f"no longer valid since {entry.valid_to:%d/%m/%Y}", "valid_to")
    if entry.review.next_review < today:
        late = placed.problem("its review is overdue", "review", "next_review")
        yield Problem(late.path, late.line, late.message, Level.WARNING)


def _shape(item: _Item) -> Iterator[Problem]:
    """Which parts a text of its kind has."""
    kind = item.entry.kind
    for name, part in item.page.parts.items():
        homes = next((kinds for names, kinds in ONLY_IN if name.startswith(names)), None)
        if homes is not None and kind not in homes:
            yield item.at(part, f"## {name} has no place in a {kind}")
    missing = [name for name in NEEDED.get(kind, ()) if name not in item.page.parts]
    if missing:
        yield Problem(item.page.path, 1, f"## {missing[0]} is missing")


def _lengths(item: _Item) -> Iterator[Problem]:
    limits = {"title": TITLE_MOST, "action": ACTION_MOST, **dict.fromkeys(BODIES, BODY_MOST)}
    for name, part in item.texts:
        count = len(lint.expand(part.text, item.longest))
        limits |= {name: BODY_MOST} if name.startswith(MONTHS) else {}
        if name in limits and count > limits[name]:
            said = f"{name}: {count} characters with the longest names (at most {limits[name]})"
            yield item.at(part, said)
    for name, most in (("voice", VOICE_MOST), ("loudspeaker", LOUDSPEAKER_MOST)):
        if name in item.page.parts:
            part = item.page.parts[name]
            count = lint.syllables(lint.expand(part.text, item.usual))
            if count > most:
                yield item.at(part, f"{name}: {count} syllables (at most {most})")
    card = [item.page.parts[name] for name in CARD if name in item.page.parts]
    if item.entry.kind == "danger" and card:
        count = sum(len(lint.expand(part.text, item.longest)) for part in card)
        if count > DANGER_MOST:
            yield item.at(card[0], f"the card: {count} characters (at most {DANGER_MOST})")


def _sms(item: _Item) -> Iterator[Problem]:
    part = item.page.parts.get("sms")
    if part is None:
        return
    typed = lint.masked(part.text)
    if not typed.replace("\ufffc", "").isascii():
        yield item.at(part, "sms: letters with accents make it three times as dear")
    count = len(lint.expand(part.text, item.longest))
    if count > SMS_MOST:
        yield item.at(part, f"sms: {count} characters (at most {SMS_MOST})")


def _sentences(item: _Item) -> Iterator[Problem]:
    for name, part in item.texts:
        if name == "sms":
            continue
        yield from item.remarks(part, lint.long_sentences(part.text, item.usual))
        if name not in BODIES and not name.startswith(MONTHS):
            continue
        found = lint.sentences(part.text)
        if len(found) > BODY_SENTENCES:
            yield item.at(part, f"{name}: {len(found)} sentences (at most {BODY_SENTENCES})")
        total = sum(lint.syllables(lint.expand(text, item.usual)) for _, text in found)
        if found and total / len(found) > AVERAGE_MOST:
            said = f"{name}: {total / len(found):.1f} syllables a sentence (aim for {AVERAGE_MOST})"
            yield item.at(part, said, Level.WARNING)


def _tokens(item: _Item) -> Iterator[Problem]:
    spoken = SPOKEN & set(item.page.parts)
    for name, part in item.texts:
        yield from item.remarks(part, lint.capitals(part.text))
        used = [token for token in _named(part.text) if not token.startswith("so_")]
        if name in SPOKEN and used:
            yield item.at(part, f"{name}: no token but numbers: {{{used[0]}}}")
        elif name == "title" and used and spoken:
            yield item.at(part, f"read aloud to many, so no token in the title: {{{used[0]}}}")
        elif name == "title":
            for token in _named(part.text):
                if token.lower() not in TITLE_TOKENS:
                    yield item.at(part, f"no {{{token}}} in a title")
        plan = item.entry.schedule
        if "han" in used and (plan is None or plan.due is None):
            yield item.at(part, "{han} needs schedule.due")


def _named(text: str) -> list[str]:
    return TOKEN.findall(text)


def _words(item: _Item) -> Iterator[Problem]:
    lists = item.lists
    for name, part in item.texts:
        rules: list[Callable[[str], Iterator[Remark]]] = [
            lint.phones,
            lint.marks,
            partial(lint.banned, lists=lists),
            partial(lint.spelling, lists=lists),
            partial(lint.ranges, lists=lists),
        ]
        if name != "sms":
            rules += [lint.tones, lint.accents_lost]
        if name not in NO_BUTTONS:
            rules.append(lint.buttons)
        if not item.entry.red_flags:
            rules.append(partial(lint.reassurance, lists=lists))
        for rule in rules:
            yield from item.remarks(part, rule(part.text))


def _facts(item: _Item) -> Iterator[Problem]:
    claimed = {number for fact in item.entry.facts for _, number in lint.numbers(fact.claim)}
    for name, part in item.texts:
        for offset, number in lint.numbers(part.text):
            if number not in claimed:
                said = f"{name}: no fact claims the number {number}"
                yield from item.remarks(part, [Remark(offset, said)])


def _help(item: _Item) -> Iterator[Problem]:
    """Urgent and protection items: whom to call comes first, and as a button."""
    entry = item.entry
    if entry.urgency != "now" and entry.sensitivity != "protection":
        return
    if not entry.call:
        yield item.placed.problem("urgent and protection items name a number in call")
    numbers = {f"so_{key}" for key in item.tree.numbers}
    offered = {f"so_{key}" for key in entry.call} & numbers or numbers
    for name, part in item.page.parts.items():
        if name in ("body", "grandparent", "father") or name.startswith(MONTHS):
            first = lint.sentences(part.text)[0][1]
            if numbers and not offered & set(_named(first)):
                yield item.at(part, f"{name}: the first sentence must hold a number of call")


RULES = (_shape, _lengths, _sms, _sentences, _tokens, _words, _facts, _help)
