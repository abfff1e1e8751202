"""Strict models of the YAML files: what may stand in them, and nothing else."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from care.age import Offset, parse_offset

PREFIXES: dict[str, tuple[str, ...]] = {
    "tip": ("tip",),
    "reminder": ("rm",),
    "danger": ("dg",),
    "milestone": ("ms", "ob"),
    "quiz": ("qz",),
    "season": ("ss",),
    "special": ("pt", "dis", "kin", "twin", "pre"),
    "faq": ("faq",),
}
COMPONENTS = (
    "health",
    "nutrition",
    "responsive_caregiving",
    "early_learning",
    "safety_security",
)


def _offset(value: object) -> object:
    return parse_offset(value) if isinstance(value, str) else value


_KNOWN = "|".join(prefix for prefixes in PREFIXES.values() for prefix in prefixes)
ItemId = Annotated[str, Field(pattern=rf"^({_KNOWN})-[a-z0-9]+(-[a-z0-9]+)*$")]
YearDay = Annotated[str, Field(pattern=r"^--(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Tag = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(:[a-zA-Z_]+)?$")]
LabelKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]*$")]
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]
SourceId = Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
After = Annotated[Offset, BeforeValidator(_offset)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OnDay(Strict):
    """A day of the year in which the child turns so many years, such as the first school day."""

    day: YearDay
    turns: int = Field(ge=1, le=8)

    @model_validator(mode="after")
    def _comes_every_year(self) -> Self:
        if self.day == "--02-29":
            raise ValueError("29 February does not come every year")
        return self


class Rounds(Strict):
    """Days of every year on which children of an age (completed months) are called in."""

    days: list[YearDay] = Field(min_length=1)
    months: tuple[int, int]

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, data: Any) -> Any:
        """YAML knows lists only."""
        if isinstance(data, dict) and isinstance(data.get("months"), list):
            return {**data, "months": tuple(data["months"])}
        return data

    @model_validator(mode="after")
    def _comes_every_year(self) -> Self:
        if "--02-29" in self.days:
            raise ValueError("29 February does not come every year")
        if self.days != sorted(self.days) or self.months[0] > self.months[1]:
            raise ValueError("days and months must rise")
        return self


class Season(Strict):
    """The weeks of every year in which an item fits; may reach over New Year."""

    first: YearDay = Field(alias="from")
    last: YearDay = Field(alias="to")
    regions: list[Literal["north", "central", "south"]] = Field(min_length=1)


class Schedule(Strict):
    anchor: Literal["birth", "due", "event"]
    at: After
    expires: After
    basis: Literal["chronological", "corrected", "gestational"]
    tier: Literal["A", "B", "C"]
    priority: Literal["P0", "P1", "P2", "P3", "P4", "P5", "P6"]
    prefer: Literal["any", "weekend"] = "any"
    late_join: Literal["skip", "once_if_window_open"] = "skip"
    dedupe_key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")] | None = None
    repeat: list[After] = []
    then_every: After | None = None
    due: After | None = None
    done: Name | None = None
    on_day: OnDay | None = None
    on_end: Literal["health_card"] | None = None
    before: list[After] = []  # of that end, one message each
    rounds: Rounds | None = None
    push: bool = True

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.expires.about_days <= self.at.about_days:
            raise ValueError("expires must come after at")
        if (self.anchor == "due") != (self.basis == "gestational"):
            raise ValueError("anchor due and basis gestational go together")
        starts = [offset.about_days for offset in self.repeat]
        if starts and (self.repeat[0] != self.at or starts != sorted(set(starts))):
            raise ValueError("repeat must begin with at and rise")
        if self.then_every and (self.then_every.months or self.then_every.days < 1):
            raise ValueError("then_every must be days, such as P7D")
        floating = [rule for rule in (self.on_day, self.on_end, self.rounds) if rule]
        if floating and (self.anchor != "birth" or self.repeat or len(floating) > 1):
            raise ValueError("on_day, on_end or rounds goes with anchor birth and without repeat")
        days = [offset.days for offset in self.before]
        if days and (not self.on_end or days != sorted(set(days), reverse=True)):
            raise ValueError("before goes with on_end and falls")
        return self


class Audience(Strict):
    roles: list[Literal["all", "mother", "father", "grandparent", "kin", "teacher"]] = Field(
        min_length=1
    )


class Fact(Strict):
    claim: Words
    source: SourceId


class Review(Strict):
    status: Literal[
        "draft_unreviewed",
        "language_ok",
        "clinical_ok",
        "protection_ok",
        "approved",
        "published",
        "due_review",
        "retired",
    ]
    next_review: date


class Entry(Strict):
    """One item of content/programme."""

    id: ItemId
    kind: Literal["tip", "reminder", "danger", "milestone", "quiz", "season", "special", "faq"]
    version: int = Field(ge=1)
    component: Literal[
        "health", "nutrition", "responsive_caregiving", "early_learning", "safety_security"
    ]
    tags: list[Tag] = []
    schedule: Schedule | None = None  # only questions have none
    seasons: list[Season] = []
    needs: Literal["preterm", "disability", "kinship", "twins", "preconception"] | None = None
    intent: Name | None = None  # of a question
    audience: Audience
    sensitivity: Literal[
        "general",
        "vaccine",
        "clinical_urgent",
        "mental_health",
        "protection",
        "law",
        "bereavement",
    ]
    urgency: Literal["none", "soon", "now"] = "none"
    call: list[Name] = []
    red_flags: list[ItemId] = []
    facts: list[Fact] = Field(min_length=1)
    sources: list[SourceId] = Field(min_length=1)
    review: Review
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.id.partition("-")[0] not in PREFIXES[self.kind]:
            begins = " or ".join(f"{prefix}-" for prefix in PREFIXES[self.kind])
            raise ValueError(f"the id of a {self.kind} begins with {begins}")
        if (self.kind == "faq") != (self.intent is not None):
            raise ValueError("questions, and only they, have an intent")
        if (self.kind == "special") != (self.needs is not None):
            raise ValueError("special items, and only they, have needs")
        if self.seasons and self.kind != "season":
            raise ValueError("only season items have seasons")
        plan = self.schedule
        if (self.kind == "faq") != (plan is None):
            raise ValueError("everything but a question has a schedule")
        if plan is None:
            return self
        if self.kind != "reminder" and (plan.repeat or plan.then_every or plan.due or plan.done):
            raise ValueError("only reminders have repeat, then_every, due and done")
        return self


class DutyEntry(Strict):
    """One thing that is due for a child."""

    id: Name
    group: Literal["papers", "school", "doses", "checkups", "mother", "pregnancy"]
    anchor: Literal["birth", "due"] = "birth"
    opens: After
    due: After
    closes: After | None = None
    on_day: OnDay | None = None
    rounds: Rounds | None = None
    renews: After | None = None
    after: list[Name] = []
    gap: After | None = None
    doses: list[Name] = []
    only_where: Name | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    sources: list[SourceId] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        days = [end.about_days for end in (self.opens, self.due, self.closes) if end]
        if days != sorted(days):
            raise ValueError("opens, due and closes must rise")
        if self.gap and not self.after:
            raise ValueError("gap goes with after")
        return self


class SourceEntry(Strict):
    title: Words
    seen: Literal["read", "known"]
    url: Annotated[str, Field(pattern=r"^https://\S+$")] | None = None
    note: Words | None = None


class NumberEntry(Strict):
    number: Annotated[str, Field(pattern=r"^\d+( \d+)*$")]
    name: Words
    when: Words
    free: bool
    hours: Words
    source: SourceId
    checked_on: date


class Places(Strict):
    numbers: dict[Name, NumberEntry]


class Typed(Strict):
    """words.yaml: action id -> what people type for it."""

    commands: dict[str, list[Words]] = {}
    words: dict[str, list[Words]] = {}


class Front(Strict):
    """Front matter of a Markdown file; `params` only in flows: name -> example value."""

    version: int | None = Field(default=None, ge=1)
    image: Annotated[str, Field(pattern=r"^[a-z0-9_/-]+\.(png|jpg|webp)$")] | None = None
    alt: Words | None = None
    params: dict[Name, Any] = {}
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] | None = None  # what was translated

    @model_validator(mode="after")
    def _pictures_are_described(self) -> Self:
        if (self.image is None) != (self.alt is None):
            raise ValueError("image and alt go together")
        return self
