"""The tables of families: who cares for which child, what is known of it, what was agreed."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import Id, metadata
from storage.types import Encrypted, SealedJson, UtcDateTime

caregivers = Table(
    "caregivers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("role", String(12)),
    Column("frequency", String(8), nullable=False),
    Column("send_minutes", Integer, nullable=False),
    Column("area_id", Id, ForeignKey("areas.id"), index=True),
    Column("address_id", Id),
    Column("route", String(80)),  # of that address; copied so that planning needs no join
    Column("paused_until", Date),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("preferred_id", Id),  # the address they chose; else messages follow them
)
addresses = Table(
    "addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("caregiver_id", Id, ForeignKey("caregivers.id", ondelete="CASCADE"), index=True),
    Column("route", String(80), nullable=False),  # channel:account
    Column("chat", Encrypted("addresses.chat"), nullable=False),  # [P]
    Column("chat_hash", String(32), nullable=False, unique=True),
    Column("gone_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)
consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "caregiver_id",
        Id,
        ForeignKey("caregivers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("purpose", String(20), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text_hash", String(64), nullable=False),  # of the words that were shown
    Column("address_id", Id),
    Column("at", UtcDateTime, nullable=False),
)

children = Table(
    "children",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("nickname", Encrypted("children.nickname")),  # [P]
    Column("born_on", Date),  # [P] plain: what is due reveals it anyway
    Column("precision", String(6)),
    Column("corrected_on", Date),  # derived from born_on and gestation_weeks, by storage.children
    Column("due_on", Date),
    Column("gestation_weeks", Integer),
    Column("sex", String(6)),  # [P] only asked for the growth curves: girl, boy
    Column("twin_group", Id),
    Column("joined_on", Date, nullable=False),
    Column("lost_on", Date),
    Index("ix_children_born_on", "born_on", "id"),
    Index("ix_children_corrected_on", "corrected_on", "id"),
    Index("ix_children_due_on", "due_on", "id"),
)
care_links = Table(
    "care_links",
    metadata,
    Column("child_id", Id, ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    Column("caregiver_id", Id, ForeignKey("caregivers.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Date, nullable=False),
    Index("ix_care_links_caregiver_id", "caregiver_id"),
)
# What is known of a duty of a child: done, not for this child, refused, put off. One row a duty.
duty_records = Table(
    "duty_records",
    metadata,
    Column("child_id", Id, ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    Column("duty", String(40), primary_key=True),
    Column("state", String(16), nullable=False),  # care.duties.Told
    Column("day", Date),  # [P] when it was done; of what is put off, until when
    Column("source", String(10), nullable=False),  # caregiver, card (copied in bulk), officer
    Column("caregiver_id", Id),  # who told us
    Column("at", UtcDateTime, nullable=False),
)
# One row a weighing: grams and millimetres, sealed.
measurements = Table(
    "measurements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("child_id", Id, ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),  # [P]
    Column("sizes", SealedJson("measurements.sizes"), nullable=False),  # [P]
    Column("caregiver_id", Id),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("child_id", "day"),  # a second weighing on a day corrects the first
)
# What a caregiver has seen of a milestone list: one row a list, the answers sealed.
milestone_answers = Table(
    "milestone_answers",
    metadata,
    Column("child_id", Id, ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    Column("checklist", String(20), primary_key=True),
    Column("answers", SealedJson("milestone_answers.answers"), nullable=False),  # [P]
    Column("again_on", Date),  # when to look once more
    Column("caregiver_id", Id),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_milestone_answers_again_on", "again_on"),
)
# A link to the child's book as a page; the token itself is not kept.
book_links = Table(
    "book_links",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column(
        "child_id", Id, ForeignKey("children.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column(
        "caregiver_id",
        Id,
        ForeignKey("caregivers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("expires_at", UtcDateTime, nullable=False),
)
invites = Table(
    "invites",
    metadata,
    Column("code_hash", String(32), primary_key=True),
    Column("caregiver_id", Id, ForeignKey("caregivers.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
