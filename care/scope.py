"""Who may do what, and where: one table of permissions, one set of areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    STATION = "station"  # trạm y tế
    CHILD = "child"  # cán bộ trẻ em
    PROTECTION = "protection"  # bảo vệ trẻ em: a child officer who keeps cases too
    SCHOOL = "school"
    UNION = "union"  # đoàn thể
    EDITOR = "editor"  # biên tập nội dung
    LEAD = "lead"  # phụ trách: approves
    ADMIN = "admin"


class May(StrEnum):
    """What a page needs."""

    COME_IN = "come_in"
    SEE_FAMILIES = "see_families"
    CHANGE_FAMILIES = "change_families"
    INVITE = "invite"  # lists of classes and hamlets
    NAME_HAMLETS = "name_hamlets"
    EXPORT = "export"
    WRITE_CAMPAIGNS = "write_campaigns"
    APPROVE_CAMPAIGNS = "approve_campaigns"
    TALK = "talk"  # the inbox
    SEE_FEEDBACK = "see_feedback"
    REVIEW_CONTENT = "review_content"
    SET_AREA = "set_area"
    SET_WAITS = "set_waits"  # how long a child's case may lie unopened
    KEEP_DEADLINES = "keep_deadlines"
    ACCOUNTS = "accounts"
    SEE_AUDIT = "see_audit"
    KEEP_CASES = "keep_cases"
    SEE_CASE_FIGURES = "see_case_figures"
    KEEP_SERVICES = "keep_services"  # the referral directory
    KEEP_CHANNELS = "keep_channels"  # accounts on messengers: consent, templates
    SEE_CHANNELS = "see_channels"  # what they cost


_ALL = frozenset(Role)
_CARE = frozenset({Role.STATION, Role.CHILD, Role.PROTECTION, Role.LEAD})
ALLOWED: Mapping[May, frozenset[Role]] = {
    May.COME_IN: _ALL,
    May.SEE_FAMILIES: _CARE,
    May.CHANGE_FAMILIES: _CARE,
    May.INVITE: _CARE | {Role.SCHOOL, Role.UNION},
    May.NAME_HAMLETS: _CARE | {Role.ADMIN},
    May.EXPORT: _CARE,
    May.WRITE_CAMPAIGNS: _CARE | {Role.SCHOOL, Role.UNION},
    May.APPROVE_CAMPAIGNS: frozenset({Role.LEAD}),
    May.TALK: _CARE,
    May.SEE_FEEDBACK: _CARE | {Role.EDITOR, Role.SCHOOL, Role.UNION},
    May.REVIEW_CONTENT: frozenset({Role.EDITOR, Role.STATION, Role.LEAD}),
    May.SET_AREA: frozenset({Role.STATION, Role.LEAD, Role.ADMIN}),
    May.SET_WAITS: frozenset({Role.LEAD}),
    May.KEEP_DEADLINES: _CARE | {Role.ADMIN},
    May.ACCOUNTS: frozenset({Role.ADMIN}),
    May.SEE_AUDIT: frozenset({Role.LEAD, Role.ADMIN}),
    May.KEEP_CASES: frozenset({Role.PROTECTION}),
    May.SEE_CASE_FIGURES: frozenset({Role.PROTECTION, Role.LEAD}),
    May.KEEP_SERVICES: _CARE | {Role.ADMIN},
    May.KEEP_CHANNELS: frozenset({Role.ADMIN}),
    May.SEE_CHANNELS: frozenset({Role.LEAD, Role.ADMIN}),
}
OF_THE_WHOLE = frozenset({May.KEEP_CHANNELS, May.SEE_CHANNELS})


@dataclass(frozen=True, slots=True)
class Scope:
    """An officer's areas: the own one and everything below it."""

    officer_id: int
    role: Role
    area_id: int
    areas: frozenset[int]
    everywhere: bool = False  # the country: families without an area belong to it
    whole: bool = False  # all that this installation serves

    def may(self, what: May) -> bool:
        return self.role in ALLOWED[what] and (self.whole or what not in OF_THE_WHOLE)

    def holds(self, area_id: int | None) -> bool:
        return self.everywhere if area_id is None else area_id in self.areas
