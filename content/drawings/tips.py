"""A picture for every tip that is easier to do once it was seen."""

from collections.abc import Callable

from content.drawings import tips_care, tips_health, tips_play, tips_safety

SCENES: dict[str, Callable[[], str]] = {
    **tips_care.SCENES,
    **tips_health.SCENES,
    **tips_play.SCENES,
    **tips_safety.SCENES,
}
