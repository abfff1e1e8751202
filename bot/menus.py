"""What a messenger with few buttons, or none, gets instead: numbered lines below the text."""

from collections.abc import Sequence
from dataclasses import replace

from care.messages import Button, Outbound
from care.numbered import Option, lines
from channels.base import Caps

TEL = "tel:"


def is_numbered(caps: Caps, buttons: Sequence[Button]) -> bool:
    """What is there to choose gets numbers; without a choice, what this messenger would do."""
    links = sum(bool(button.url) for button in buttons)
    choices = len(buttons) - links
    return min(links, caps.buttons) + choices > caps.buttons if choices else not caps.buttons


def fitted(
    caps: Caps, out: Outbound, ask: str, *, bare: bool = False
) -> tuple[Outbound, list[Option]]:
    """The message as this messenger can show it, and what the numbers in it mean.

    Links stay buttons as far as there is room; choices are numbered, all or none of them. `ask` is
    the line above them. `bare`: a number would be taken for an answer, so their words are typed.
    """
    if len(out.buttons) <= caps.buttons:
        return out, []
    links = [button for button in out.buttons if button.url]
    options = [(button.id, button.label) for button in out.buttons if not button.url]
    shown, written = links[: caps.buttons], links[caps.buttons :]
    if not is_numbered(caps, out.buttons):
        rest = [button for button in out.buttons if button not in written]
        return replace(out, text=_below(out.text, *map(_line, written)), buttons=tuple(rest)), []
    parts = [*map(_line, written)]
    if options:
        parts.append(f"{ask}\n{lines(options, bare=bare)}")
    return replace(out, text=_below(out.text, *parts), buttons=tuple(shown)), options


def _line(button: Button) -> str:
    where = (button.url or "").removeprefix(TEL)
    return button.label if where in button.label else f"{button.label}: {where}"


def _below(text: str, *parts: str) -> str:
    return "\n\n".join(part for part in (text, *parts) if part)
