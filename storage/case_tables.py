"""The tables of cases and of what leaves no trace, apart from everything else.

The words of a case are sealed with a key of its own (`case_keys`); destroying it forgets them.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from storage.tables import Id, metadata
from storage.types import Encrypted, UtcDateTime

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(12), nullable=False, unique=True),  # random; what officers see
    Column("code_hash", String(32), nullable=False, unique=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("lowest", Integer, nullable=False),  # care.cases.RANKS
    Column("highest", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("pile", Boolean, nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("stage", Integer, nullable=False),
    Column("called_at", UtcDateTime),
    Column("seen_at", UtcDateTime),
    Column("officer_id", Id),
    Column("taken_at", UtcDateTime),
    Column("assessed_at", UtcDateTime),
    Column("danger", String(10)),
    Column("planned_at", UtcDateTime),
    Column("supported_at", UtcDateTime),
    Column("referred_at", UtcDateTime),
    Column("close_asked_by", Id),
    Column("close_asked_at", UtcDateTime),
    Column("closed_by", Id),
    Column("closed_at", UtcDateTime),
    Column("reopened_at", UtcDateTime),
    Column("offered_area_id", Id, index=True),
    Column("offered_by", Id),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("forgotten_at", UtcDateTime),
    Column("facts", LargeBinary, nullable=False),  # [P] JSON, sealed with the case's key
)
case_keys = Table(
    "case_keys",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("sealed", Encrypted("case_keys.sealed"), nullable=False),
)
# Append-only (triggers) and one chain: every line carries the keyed hash of the one before.
case_history = Table(
    "case_history",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),  # without a gap
    Column("case_id", Id, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(20), nullable=False),  # officer:7, reporter, clock
    Column("act", String(20), nullable=False),  # care.cases.Act
    Column("detail", LargeBinary),  # [P] JSON, sealed with the case's key
    Column("hash", String(64), nullable=False),
)
case_exclusions = Table(
    "case_exclusions",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("officer_id", Id, primary_key=True),
)
case_steps = Table(
    "case_steps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("what", LargeBinary, nullable=False),  # [P] sealed with the case's key
    Column("due_on", Date),
    Column("done_at", UtcDateTime),
)
case_referrals = Table(
    "case_referrals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("service_id", Id, nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("why", LargeBinary),  # [P] sealed; must be there without consent
    Column("officer_id", Id, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Who helps: the referral directory of an area.
services = Table(
    "services",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("field", String(12), nullable=False),  # care.services.Field
    Column("name", String(160), nullable=False),
    Column("phone", String(60), nullable=False),
    Column("address", String(200), nullable=False),
    Column("hours", String(120), nullable=False),
    Column("checked_on", Date),
    Column("checked_by", Id),
    Column("closed_on", Date),
)

# A dialogue that leaves no trace: one row a chat, gone with it.
discreet = Table(
    "discreet",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("shown", Boolean, nullable=False),  # messages of it stand in the chat
    Column("fades", Boolean, nullable=False),  # they go by themselves
    Column("step", String(30)),  # what it waits for
    Column("draft", Encrypted("discreet.draft"), nullable=False),  # [P] JSON
    Index("ix_discreet_touched_at", "touched_at"),
)
safe_words = Table(
    "safe_words",
    metadata,
    Column("caregiver_id", Id, ForeignKey("caregivers.id", ondelete="CASCADE"), primary_key=True),
    Column("word_hash", String(32), nullable=False),
)
# How many reports or wrong codes came from one chat: a hash that means another thing every day.
sender_counts = Table(
    "sender_counts",
    metadata,
    Column("who", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
