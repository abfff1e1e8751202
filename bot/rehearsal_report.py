"""What a rehearsal found, for people."""

from typing import Any

from bot.rehearsal_zalo import PRICE


def report(summary: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [
        f"{summary['sent']} messages to {summary['families']} families in {summary['days']} days",
        f"kinds: {summary['kinds']}",
        f"not sent: {summary['not_sent']}",
        f"losses reported: {summary['losses']}, duties done: {summary['duties_done']}",
        f"busiest day: {summary['busiest_day'][0]} with {summary['busiest_day'][1]} messages",
        f"hours of sending at the messenger's pace: {summary['channel_hours']}",
        *(_zalo(summary["zalo"]) if "zalo" in summary else ()),
        *(f"BROKEN: {line}" for line in summary["broken"]),
    ]
    return "\n".join(lines if summary["broken"] else [*lines, "every promise kept"])


def _zalo(summary: dict[str, Any]) -> list[str]:
    found = [f"messages in a month: {summary['months']}"]
    if summary["ways"]:
        found += [f"{month} by way: {ways}" for month, ways in summary["ways"].items()]
        found.append(f"at {PRICE} đồng a paid message: {summary['price']} đồng")
        found.append(f"waited till the family wrote, then came: {summary['greeted']} times")
        found.append(f"never came: {summary['lost']}")
        found.append(f"of these deadlines of the law: {summary['law_lost']}")
        found.append(f"must-know items without a day of their own: {summary['must_know_lost']}")
    return found
