"""Counters for /metrics. Labels are fixed words: never a name, an address or a text."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("donghanh_received_total", "Events stored in the inbox", ["channel"])
REFUSED = Counter("donghanh_refused_total", "Requests not accepted", ["channel", "why"])
TURNS = Counter("donghanh_turns_total", "Events handled", ["outcome"])
TURN_SECONDS = Histogram("donghanh_turn_seconds", "Time of one turn, waiting included")
DELIVERED = Counter(
    "donghanh_delivered_total", "Outcomes of sending", ["channel", "kind", "outcome"]
)
PLANNED = Counter("donghanh_planned_total", "Messages planned")
EMERGENCIES = Counter("donghanh_emergency_answers_total", "Answers given from memory", ["channel"])
WAITING = Gauge("donghanh_waiting", "Rows that wait", ["table", "state"])
CHANNEL_UP = Gauge("donghanh_channel_up", "1 when the account sends", ["route"])
