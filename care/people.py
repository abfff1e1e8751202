"""Caregivers and children, as rules and handlers see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from care.age import TERM_WEEKS, corrected_birth


class Role(StrEnum):
    MOTHER = "mother"
    FATHER = "father"
    GRANDPARENT = "grandparent"
    KIN = "kin"


class Frequency(StrEnum):
    FEW = "it"
    NORMAL = "vua"
    MANY = "nhieu"


class CaregiverState(StrEnum):
    NEW = "new"  # has written, has not agreed yet
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class ChildState(StrEnum):
    EXPECTED = "expected"
    BORN = "born"
    LOST = "lost"
    GONE = "gone"  # no longer in the care of anybody here


@dataclass(frozen=True, slots=True)
class Caregiver:
    id: int
    state: CaregiverState
    role: Role | None
    frequency: Frequency
    send_minutes: int  # after local midnight
    area_id: int | None
    address_id: int | None  # where unasked messages go
    paused_until: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Child:
    id: int
    state: ChildState
    nickname: str | None
    born_on: date | None
    precision: str | None  # day, month or about
    due_on: date | None
    gestation_weeks: int | None
    joined_on: date
    twin_group: int | None = None
    lost_on: date | None = None
    sex: str | None = None  # girl or boy; only the growth curves ask for it

    @property
    def corrected_on(self) -> date | None:
        """The birthday corrected age counts from; equal to `born_on` unless preterm."""
        return corrected_birth(self.born_on, self.gestation_weeks) if self.born_on else None

    @property
    def preterm(self) -> bool:
        return self.gestation_weeks is not None and self.gestation_weeks < TERM_WEEKS
