"""The tables behind messengers with windows, prices and numbered menus."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables import Id, metadata
from storage.types import Encrypted, SealedJson, UtcDateTime

# The last menu of a chat without buttons: what "2" means there.
menus = Table(
    "menus",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("options", SealedJson("menus.options"), nullable=False),  # [P] names on buttons
    Column("at", UtcDateTime, nullable=False),
)
# When the person last did something there; only of messengers with windows.
heard = Table(
    "heard",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
# What a message cost, and which way it went; of messengers with windows. No person.
costs = Table(
    "costs",
    metadata,
    Column("outbox_id", Id, primary_key=True),
    Column("route", String(80), nullable=False),
    Column("month", String(7), nullable=False),  # 2026-11, local
    Column("way", String(10), nullable=False),  # care.windows.Way
    Column("legal", Boolean, nullable=False),
    Column("price", Integer, nullable=False),  # đồng
    Index("ix_costs_route_month_way", "route", "month", "way"),
)
channel_tokens = Table(
    "channel_tokens",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("access", Encrypted("channel_tokens.access"), nullable=False),
    Column("refresh", Encrypted("channel_tokens.refresh"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("refreshed_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),  # good, refused
)
# A consent that was begun: its state, and the verifier that the exchange needs.
channel_consents = Table(
    "channel_consents",
    metadata,
    Column("state_hash", String(32), primary_key=True),
    Column("verifier", Encrypted("channel_consents.verifier"), nullable=False),
    Column("officer_id", Id, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
# Templates that the messenger approved, by what they are sent for.
message_templates = Table(
    "message_templates",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("message", String(80), primary_key=True),  # content id
    Column("template_id", String(40), nullable=False),
    Column("fields", Text, nullable=False),  # JSON: name in the template -> placeholder
    Column("price", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)
# An article that an officer publishes by hand in the messenger's own pages.
articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("area_id", Id, ForeignKey("areas.id"), nullable=False, index=True),
    Column("campaign_id", Id),
    Column("officer_id", Id, nullable=False),
    Column("title", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("published_by", Id),
    Column("address", String(300)),  # where it can be read
)
# A code by which one person brings a second messenger to the same account.
link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", String(32), primary_key=True),
    Column(
        "caregiver_id",
        Id,
        ForeignKey("caregivers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("expires_at", UtcDateTime, nullable=False),
)
