"""The schema, and the tables of the installation, its areas and what goes in and out.

Families, cases, officers and Zalo have pages of their own beside this one. Personal data is
marked [P]; it is encrypted or kept only as a date.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Encrypted, SealedJson, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")

# Names and values of the whole installation: the key check, the last planned day.
marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
key_check = Table(
    "key_check",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sealed", Encrypted("key_check.sealed"), nullable=False),
)
# What must not come back with an older copy: keyed hashes, no names (storage.tombstones).
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("hash", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

areas = Table(
    "areas",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("parent_id", Id, ForeignKey("areas.id"), index=True),
    Column("level", String(10), nullable=False),  # country, province, commune
    Column("kind", String(20), nullable=False),  # tỉnh, thành phố, xã, phường, đặc khu
    Column("name", String(120), nullable=False),
    Column("search_key", String(120), nullable=False, index=True),
    Column("valid_to", Date),
)
area_history = Table(
    "area_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    Column("parent_id", Id),
    Column("until", UtcDateTime, nullable=False),
)
area_aliases = Table(
    "area_aliases",
    metadata,
    Column("alias", String(120), primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), primary_key=True),
)

# What a unit decides for its families; units below inherit it.
area_settings = Table(
    "area_settings",
    metadata,
    Column("area_id", Id, ForeignKey("areas.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),  # JSON
    Column("set_by", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(60)),
    Column("nonce", Integer, nullable=False),  # grows with every step: old buttons are recognised
    Column("draft", Encrypted("conversations.draft"), nullable=False),  # [P] JSON
    Column("sensitive", Boolean, nullable=False),  # holds every push while open
    Column("updated_at", UtcDateTime, nullable=False),
)
inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("route", String(80), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("chat_hash", String(32), nullable=False),  # order is kept within it
    Column("body", Encrypted("inbox.body")),  # [P] as the messenger sent it; emptied after 72 h
    Column("state", String(12), nullable=False),  # new, done, quarantined
    Column("attempts", Integer, nullable=False),
    Column("error", String(120)),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("route", "event_id"),
    Index(
        "ix_inbox_new",
        "chat_hash",
        "id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    Index("ix_inbox_received_at", "received_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("caregiver_id", Id),
    Column("address_id", Id, nullable=False),
    Column("route", String(80), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("message", String(80), nullable=False),  # item id or flow message
    Column("child_id", Id),
    Column("slot", Integer, nullable=False),
    Column("params", SealedJson("outbox.params")),  # [P] names on buttons
    Column("planned_on", Date),  # local day, pushes only
    Column("not_before", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),  # pending, sending, sent, expired, cancelled,
    Column("reason", String(60)),  # failed, unknown
    Column("attempts", Integer, nullable=False),
    Column("resends", Integer, nullable=False),
    Column("ref", String(64)),
    Column("at", UtcDateTime),  # of the last change of state
    UniqueConstraint("message", "child_id", "caregiver_id", "slot"),  # nothing is sent twice
    Index(
        "ix_outbox_pending",
        "route",
        "lane",
        "not_before",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_outbox_sending",
        "route",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_outbox_caregiver_id", "caregiver_id", "planned_on"),
)
# Every decision not to send (yet): why did this family not get that item?
decisions = Table(
    "decisions",
    metadata,
    Column("message", String(80), primary_key=True),
    Column("child_id", Id, primary_key=True),
    Column("caregiver_id", Id, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("state", String(10), nullable=False),  # waiting, merged, skipped, expired
    Column("reason", String(20), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("retry_on", Date),
    Column("decided_on", Date, nullable=False),
    Index(
        "ix_decisions_waiting",
        "retry_on",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_decisions_caregiver_id", "caregiver_id"),
)

# What readers say of an item; those who call it wrong can pause it.
reactions = Table(
    "reactions",
    metadata,
    Column("message", String(80), primary_key=True),
    Column("caregiver_id", Id, primary_key=True),
    Column("kind", String(10), primary_key=True),  # done, not_yet, wrong
    Column("at", UtcDateTime, nullable=False),
    Index("ix_reactions_caregiver_id", "caregiver_id"),
)
# Questions nobody could answer, counted by the nearest topic; their words are not kept.
unanswered = Table(
    "unanswered",
    metadata,
    Column("day", Date, primary_key=True),
    Column("near", String(40), primary_key=True),
    Column("times", Integer, nullable=False),
)

# The web chat has no messenger behind it: this is its side of the conversation.
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column("last_n", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
web_messages = Table(
    "web_messages",
    metadata,
    Column(
        "token_hash",
        String(32),
        ForeignKey("web_sessions.token_hash", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("n", Integer, primary_key=True),
    Column("key", String(60), nullable=False),  # outbox row or client id: written once
    Column("body", Encrypted("web_messages.body"), nullable=False),  # [P] JSON
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("token_hash", "key"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(60), nullable=False),
    Column("detail", String(200)),
)
