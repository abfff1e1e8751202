"""Every picture there is: kind of item -> id -> how to draw it."""

from collections.abc import Callable, Mapping

from content.drawings import danger, milestones, tips

SCENES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "danger": danger.SCENES,
    "milestones": milestones.SCENES,
    "tips": tips.SCENES,
}
