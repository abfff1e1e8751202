"""The tables behind the officers' pages; families' tables are in storage.family_tables."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from storage.tables import Id, metadata
from storage.types import Encrypted, SealedJson, UtcDateTime

officers = Table(
    "officers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),  # care.scope.Role
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),  # new, active, disabled
    Column("password_hash", String(200), nullable=False),
    Column("totp", Encrypted("officers.totp")),
    Column("totp_step", Integer, nullable=False),  # the last code used: each counts once
    Column("recovery", SealedJson("officers.recovery")),  # hashes of unused codes
    Column("failures", Integer, nullable=False),
    Column("not_before", UtcDateTime),  # the next try, after failures
    Column("caregiver_id", Id),  # whose chat speaks for this officer
    # Called when nobody opens a case in time.
    Column("deputy", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
)
officer_sessions = Table(
    "officer_sessions",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column(
        "officer_id",
        Id,
        ForeignKey("officers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("stage", String(10), nullable=False),  # password, full
    Column("secret", Encrypted("officer_sessions.secret")),  # while TOTP is being set up
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("stepped_up_at", UtcDateTime),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("officer_id", Id, nullable=False),  # who wrote it
    Column("state", String(12), nullable=False, index=True),  # care.campaigns.State
    Column("alert", Boolean, nullable=False),  # flood, epidemic: first, two approvers
    Column("title", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("picture", String(80)),
    Column("buttons", Text, nullable=False),  # JSON
    Column("question", Text),  # JSON: a poll, a score or an open question
    Column("audience", Text, nullable=False),  # JSON, care.audience
    Column("valid_hours", Integer, nullable=False),
    Column("starts_at", UtcDateTime),
    Column("yearly", Boolean, nullable=False),
    Column("late_until", Date),  # who joins till then gets it too
    Column("version", Integer, nullable=False),
    Column("counted", Integer),  # people, when it was submitted
    Column("cursor", Id, nullable=False),  # the last caregiver that was looked at
    Column("created_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("approved_by", Id),
    Column("approved_at", UtcDateTime),
    Column("second_by", Id),  # of an alert
    Column("second_at", UtcDateTime),
    Column("held_until", UtcDateTime),  # may be taken back till then
    Column("expanded_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("parent_id", Id),  # of the same campaign a year before, or of a retry
)
campaign_answers = Table(
    "campaign_answers",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    Column("caregiver_id", Id, primary_key=True),
    Column("choice", Integer),  # of a poll or a score
    Column("words", Encrypted("campaign_answers.words")),  # [P]
    Column("at", UtcDateTime, nullable=False),
    Index("ix_campaign_answers_caregiver_id", "caregiver_id"),
)

# A person asked for a person: one row a conversation.
talks = Table(
    "talks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("caregiver_id", Id, nullable=False, index=True),
    Column("address_id", Id, nullable=False),
    Column("area_id", Id, ForeignKey("areas.id"), index=True),
    Column("state", String(10), nullable=False, index=True),  # waiting, claimed, closed
    Column("officer_id", Id),
    Column("level", Integer, nullable=False),  # how often nobody answered in time
    Column("opened_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime),  # the family's first line without an answer
    Column("answered_at", UtcDateTime),  # the first answer
    Column("quiet_until", UtcDateTime),  # till then the bot leaves the talk to people
    Column("closed_at", UtcDateTime),
)
talk_lines = Table(
    "talk_lines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("talk_id", Id, ForeignKey("talks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("who", String(8), nullable=False),  # family, officer, note
    Column("officer_id", Id),
    Column("body", Encrypted("talk_lines.body"), nullable=False),  # [P]
    Column("at", UtcDateTime, nullable=False),
)
# How a family found a talk, when they were asked after its end.
talk_scores = Table(
    "talk_scores",
    metadata,
    Column("talk_id", Id, ForeignKey("talks.id", ondelete="CASCADE"), primary_key=True),
    Column("caregiver_id", Id, nullable=False, index=True),
    Column("score", Integer, nullable=False),  # 1 to 5
    Column("words", Encrypted("talk_scores.words")),  # [P]
    Column("at", UtcDateTime, nullable=False),
)

# What an officer has to look at: a flagged item, a low score, a family without an answer.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), index=True),
    Column("kind", String(20), nullable=False),
    Column("ref", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("officer_id", Id),  # who did it
    Index("ix_tasks_kind_ref", "kind", "ref"),
)
deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("title", String(160), nullable=False),
    Column("month", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("done_for", Integer),  # the last year it was done for
)
content_reviews = Table(
    "content_reviews",
    metadata,
    Column("message", String(80), primary_key=True),
    Column("text_hash", String(64), primary_key=True),  # of the words that were read
    Column("status", String(20), nullable=False),  # approved, sent_back
    Column("note", Text),
    Column("officer_id", Id, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
# An invitation for one family of a class or hamlet list; the family decides.
slips = Table(
    "slips",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("batch", String(40), nullable=False, index=True),
    Column("group_name", String(80), nullable=False),
    Column("row_key", String(32), nullable=False, unique=True),  # keyed hash: a list twice is once
    Column("code_hash", String(32), nullable=False, unique=True),
    Column("code", Encrypted("slips.code"), nullable=False),
    Column("known", SealedJson("slips.known")),  # [P] nickname, birth date
    Column("officer_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("caregiver_id", Id),
)
