"""Dialogues that leave no trace: one row a chat while one is open, and nothing afterwards."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from storage.case_tables import discreet, safe_words, sender_counts
from storage.dialect import upsert
from storage.types import cipher_of

PASSING = frozenset({"code", "at"})  # of a draft: only while the dialogue is shown
KEPT = ("own", "events")  # of a draft, whoever writes it: what stands in the chat and in the inbox


@dataclass(frozen=True, slots=True)
class Discreet:
    """`draft` holds the answers so far, `own` and `events`.

    `shown`: messages of it stand in the chat. `fades`: they go by themselves after a while.
    """

    address_id: int
    began_at: datetime
    touched_at: datetime
    shown: bool
    fades: bool
    step: str | None
    draft: dict[str, Any]

    @property
    def own(self) -> tuple[str, ...]:
        """References of what the family wrote or tapped."""
        return tuple(self.draft.get("own", ()))

    @property
    def events(self) -> tuple[str, ...]:
        """Ids of the events it wrote them with."""
        return tuple(self.draft.get("events", ()))


def get(conn: Connection, address_id: int) -> Discreet | None:
    row = conn.execute(select(discreet).where(discreet.c.address_id == address_id)).first()
    return _read(row) if row else None


def _read(row: Any) -> Discreet:
    return Discreet(**{**row._asdict(), "draft": json.loads(row.draft)})


def touch(
    conn: Connection, address_id: int, now: datetime, *, fades: bool = True, own: str | None = None
) -> Discreet:
    """Something of it is said now: begins one, or goes on with the open one.

    `own` is the reference of what the person just wrote, so that it goes too. Once a dialogue
    fades it keeps fading.
    """
    found = get(conn, address_id)
    if found is None:
        draft = json.dumps({"own": [own] if own else []})
        conn.execute(
            insert(discreet).values(
                address_id=address_id,
                began_at=now,
                touched_at=now,
                shown=True,
                fades=fades,
                step=None,
                draft=draft,
            )
        )
    else:
        draft_now = _with(found.draft, "own", [own] if own else [])
        began = found.began_at if found.shown else now
        _change(
            conn,
            address_id,
            began_at=began,
            touched_at=now,
            shown=True,
            fades=found.fades or fades,
            draft=json.dumps(draft_now, ensure_ascii=False),
        )
    after = get(conn, address_id)
    if after is None:
        raise LookupError("the dialogue just touched is not there")
    return after


def _with(draft: dict[str, Any], key: str, more: Iterable[str]) -> dict[str, Any]:
    return {**draft, key: list(dict.fromkeys([*draft.get(key, ()), *more]))}


def heard(conn: Connection, address_id: int, event_id: str, left: Iterable[str]) -> None:
    """An event that belongs to the open dialogue; `left` is what it left in the chat."""
    found = get(conn, address_id)
    if found is not None and found.shown:
        draft = _with(_with(found.draft, "own", left), "events", [event_id])
        _change(conn, address_id, draft=json.dumps(draft, ensure_ascii=False))


def put(
    conn: Connection, address_id: int, step: str | None, draft: dict[str, Any], now: datetime
) -> None:
    """What it waits for and what was answered; the dialogue must be open."""
    found = get(conn, address_id)
    for key in KEPT:
        draft = _with(draft, key, found.draft.get(key, ()) if found else ())
    text = json.dumps(draft, ensure_ascii=False)
    _change(conn, address_id, step=step, draft=text, touched_at=now)


def wait_no_more(conn: Connection, address_id: int) -> None:
    """The person turned to something else; what was written can be gone on with."""
    which = (discreet.c.address_id == address_id, discreet.c.step.is_not(None))
    conn.execute(update(discreet).where(*which).values(step=None))


def hide(conn: Connection, address_id: int) -> None:
    """Its messages are taken away; answers, if any, wait for a while without being awaited."""
    found = get(conn, address_id)
    if found is None:
        return
    kept = {key: one for key, one in found.draft.items() if key not in {*PASSING, *KEPT} and one}
    if kept:
        draft = json.dumps(kept, ensure_ascii=False)
        _change(conn, address_id, shown=False, step=None, draft=draft)
    else:
        end(conn, address_id)


def end(conn: Connection, address_id: int) -> None:
    """Nothing of it is kept."""
    conn.execute(delete(discreet).where(discreet.c.address_id == address_id))


def over(conn: Connection, before: datetime) -> list[Discreet]:
    """Those that fade, shown, and not touched since or at this moment."""
    query = select(discreet).where(
        discreet.c.shown.is_(True), discreet.c.fades.is_(True), discreet.c.touched_at <= before
    )
    return [_read(row) for row in conn.execute(query.with_for_update(skip_locked=True))]


def forget(conn: Connection, before: datetime) -> None:
    """Drafts nobody came back to."""
    hidden = (discreet.c.shown.is_(False), discreet.c.touched_at <= before)
    conn.execute(delete(discreet).where(*hidden))


def _change(conn: Connection, address_id: int, **values: Any) -> None:
    conn.execute(update(discreet).where(discreet.c.address_id == address_id).values(**values))


def set_word(conn: Connection, caregiver_id: int, word: str) -> None:
    """A word of one's own that opens the guidance; `word` is folded. Only its hash is kept."""
    made = _word_hash(conn, caregiver_id, word)
    upsert(conn, safe_words, {"caregiver_id": caregiver_id, "word_hash": made})


def drop_word(conn: Connection, caregiver_id: int) -> None:
    conn.execute(delete(safe_words).where(safe_words.c.caregiver_id == caregiver_id))


def is_word(conn: Connection, caregiver_id: int, word: str) -> bool:
    query = select(safe_words.c.word_hash).where(safe_words.c.caregiver_id == caregiver_id)
    kept = conn.execute(query).scalar_one_or_none()
    return kept is not None and kept == _word_hash(conn, caregiver_id, word)


def _word_hash(conn: Connection, caregiver_id: int, word: str) -> str:
    return cipher_of(conn.dialect).blind("safe word", str(caregiver_id), word)


def count(conn: Connection, what: str, address_id: int, period: str, now: datetime) -> int:
    """One more of `what` from this chat in this period (a day, an hour); returns how many."""
    who = _sender(conn, what, address_id, period)
    more = {"times": sender_counts.c.times + 1, "at": now}
    upsert(conn, sender_counts, {"who": who, "times": 1, "at": now}, again=more)
    return counted(conn, what, address_id, period)


def counted(conn: Connection, what: str, address_id: int, period: str) -> int:
    """How many so far."""
    who = _sender(conn, what, address_id, period)
    query = select(sender_counts.c.times).where(sender_counts.c.who == who)
    times: int | None = conn.execute(query).scalar_one_or_none()
    return times or 0


def _sender(conn: Connection, what: str, address_id: int, period: str) -> str:
    return cipher_of(conn.dialect).blind("sender", what, str(address_id), period)


def forget_counts(conn: Connection, before: datetime) -> None:
    conn.execute(delete(sender_counts).where(sender_counts.c.at < before))
