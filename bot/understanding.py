"""One message read, as a line for people or for programs."""

import json
from typing import Any

from care.understanding import FAQ, HARM, Model, understand
from care.understanding import why as weigh


def line(text: str, model: Model, *, as_json: bool, why: bool) -> str:
    found = understand(text, model)
    told: dict[str, Any] = {
        "text": text,
        "route": found.route,
        "intent": found.intent,
        "imminence": found.imminence,
        "score": round(found.score, 3),
        "unsure": found.unsure,
    }
    if why:
        told["why"] = _why(text, model, found.route, found.intent)
    if as_json:
        return json.dumps(told, ensure_ascii=False)
    about = f"{found.route} {found.intent}".strip()
    words = "; ".join(f"{word} {weight}" for word, weight in told.get("why", ()))
    return f"{about:<40} {found.score:6.2f}  {text}" + (f"\n    {words}" if words else "")


def _why(text: str, model: Model, route: str, intent: str) -> list[tuple[str, float]]:
    if route in HARM:
        return weigh(text, model, "danger", "harm")
    if route == FAQ:
        return weigh(text, model, "intent", intent)
    danger = model.heads["danger"].labels
    return weigh(text, model, "danger", route) if route in danger else []
