"""Campaigns as rows: reading one, and moving one on to what may follow."""

import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import Connection

from care.audience import from_json, to_json
from care.campaigns import (
    ALERT_APPROVALS,
    Asks,
    Draft,
    NotAllowed,
    Press,
    Question,
    State,
    begins_at,
    move,
)
from care.messages import Kind
from storage.console_tables import campaigns

PREFIX = "campaign:"
NO_CHILD = 0  # in the outbox: the unique rule needs a value


@dataclass(frozen=True, slots=True)
class Campaign:
    id: int
    area_id: int
    officer_id: int  # who wrote it
    state: State
    draft: Draft
    version: int
    counted: int | None  # people, when it was handed in
    cursor: int
    created_at: datetime
    submitted_at: datetime | None
    approved_by: int | None
    approved_at: datetime | None
    second_by: int | None
    second_at: datetime | None
    held_until: datetime | None  # may be taken back till then, or till its start
    expanded_at: datetime | None
    finished_at: datetime | None
    parent_id: int | None

    @property
    def message(self) -> str:
        """As the outbox names it."""
        return message_of(self.id)

    @property
    def kind(self) -> Kind:
        return Kind.ALERT if self.draft.alert else Kind.CAMPAIGN

    @property
    def begins_at(self) -> datetime | None:
        """None before it is approved."""
        if self.held_until is None:
            return None
        return begins_at(self.draft.starts_at, self.held_until)

    @property
    def agreed(self) -> int:
        """How many others than the author agreed."""
        return len({self.approved_by, self.second_by} - {None, self.officer_id})

    @property
    def may_go(self) -> bool:
        """Approved as its kind needs it, whatever became of it since."""
        return self.agreed >= ALERT_APPROVALS if self.draft.alert else self.approved_by is not None


def message_of(campaign_id: int) -> str:
    return f"{PREFIX}{campaign_id}"


def id_of(message: str) -> int | None:
    """The campaign of an outbox message; None of anything else."""
    number = message.removeprefix(PREFIX)
    return int(number) if number != message and number.isdecimal() else None


def get(conn: Connection, campaign_id: int) -> Campaign | None:
    row = conn.execute(select(campaigns).where(campaigns.c.id == campaign_id)).first()
    return read(row) if row else None


def where(conn: Connection, *which: ColumnElement[bool]) -> list[Campaign]:
    """Those that fit, the oldest first."""
    query = select(campaigns).where(*which).order_by(campaigns.c.id)
    return [read(row) for row in conn.execute(query)]


def read(row: Any) -> Campaign:
    own = {name: getattr(row, name) for name in _OWN}
    return Campaign(draft=draft_of(row), state=State(row.state), **own)


_OWN = [f.name for f in fields(Campaign) if f.name not in ("draft", "state")]


def locked(conn: Connection, campaign_id: int) -> Campaign:
    """To be changed in this transaction. Raises NotAllowed("gone")."""
    which = campaigns.c.id == campaign_id
    row = conn.execute(select(campaigns).where(which).with_for_update()).first()
    if row is None:
        raise NotAllowed("gone")
    return read(row)


def change(conn: Connection, campaign: Campaign, state: State, **columns: Any) -> Campaign:
    """Moves it on; a state that may not follow raises NotAllowed."""
    kept = keep(conn, campaign, state=move(campaign.state, state).value, **columns)
    return replace(kept, state=state)


def to_draft(conn: Connection, campaign: Campaign) -> None:
    """Nobody has agreed to it any more."""
    gone = dict.fromkeys(("approved_by", "approved_at", "second_by", "second_at", "held_until"))
    change(conn, campaign, State.DRAFT, submitted_at=None, **gone)


def keep(conn: Connection, campaign: Campaign, **columns: Any) -> Campaign:
    """Changes columns, not the state."""
    which = campaigns.c.id == campaign.id
    conn.execute(update(campaigns).where(which).values(**columns))
    return replace(campaign, **columns)


def values(draft: Draft) -> dict[str, Any]:
    """Raises BadAudience: a row that cannot be read again must not be stored."""
    audience = to_json(draft.audience)
    from_json(audience)
    return {
        "alert": draft.alert,
        "title": draft.title,
        "body": draft.body,
        "picture": draft.picture,
        "buttons": _json([[p.label, p.reply, p.link] for p in draft.buttons]),
        "question": _question(draft.question),
        "audience": audience,
        "valid_hours": draft.valid_hours,
        "starts_at": draft.starts_at,
        "yearly": draft.yearly,
        "late_until": draft.late_until,
    }


def _question(question: Question | None) -> str | None:
    if question is None:
        return None
    return _json([question.kind.value, question.asked, list(question.options)])


def draft_of(row: Any) -> Draft:
    question = None
    if row.question is not None:
        kind, asked, options = json.loads(row.question)
        question = Question(Asks(kind), asked, tuple(options))
    return Draft(
        title=row.title,
        body=row.body,
        audience=from_json(row.audience),
        alert=row.alert,
        picture=row.picture,
        buttons=tuple(Press(*press) for press in json.loads(row.buttons)),
        question=question,
        valid_hours=row.valid_hours,
        starts_at=row.starts_at,
        yearly=row.yearly,
        late_until=row.late_until,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
