"""What the bot says and does. ROUTES is every route on one page, in the order they are tried.

An event goes to the first that fits: emergency words › first contact › command words › button ›
somebody is hurt › awaited step › words › a question › fallback; see `handlers.routing.pick`.
"""

from handlers import (
    book,
    children,
    danger,
    dose_book,
    doses,
    duties,
    emergency,
    fallback,
    family,
    growth,
    harm,
    loss,
    menu,
    milestones,
    papers,
    place,
    privacy,
    questions,
    quizzes,
    reactions,
    registration,
    settings,
    start,
    tips,
)
from handlers.routing import Routes

_CONVERSATIONS = (
    start,
    registration,
    place,
    family,
    menu,
    tips,
    danger,
    children,
    growth,
    loss,
    papers,
    duties,
    dose_book,
    doses,
    book,
    settings,
    privacy,
    emergency,
    harm,
    questions,
    quizzes,
    reactions,
    milestones,
)

ROUTES = Routes(
    emergency=emergency.answer,
    harm=harm.answer,
    start=start.start,
    media=fallback.media,
    edited=fallback.edited,
    left=fallback.left,
    stale=fallback.stale,
    fallback=fallback.unknown,
    actions={name: f for module in _CONVERSATIONS for name, f in module.ACTIONS.items()},
    steps={name: f for module in _CONVERSATIONS for name, f in module.STEPS.items()},
    beginnings={
        "tham gia": family.join_by_text,
        "tim": questions.look_typed,
        **dict.fromkeys(growth.BEGINNINGS, growth.told),
    },
    open_actions=frozenset().union(
        start.ACTIONS,
        emergency.OPEN_ACTIONS,
        harm.OPEN_ACTIONS,
        danger.OPEN_ACTIONS,
        menu.OPEN_ACTIONS,
        settings.OPEN_ACTIONS,
        privacy.OPEN_ACTIONS,
    ),
)
