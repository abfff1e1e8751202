"""Which rigs the conformance suite runs for."""

from tests.channels.rigs import Rig, TelegramRig, WebRig
from tests.channels.rigs_zalo import (
    NarrowAsBot,
    NarrowAsOA,
    NarrowAsTelegram,
    ZaloBotRig,
    ZaloOARig,
)

READERS = ("telegram", "webchat", "zalo-bot", "zalo-oa")
RIGS: dict[str, type[Rig]] = {
    "telegram": TelegramRig,
    "webchat": WebRig,
    "zalo-bot": ZaloBotRig,
    "zalo-oa": ZaloOARig,
    "webchat like telegram": NarrowAsTelegram,
    "webchat like zalo-bot": NarrowAsBot,
    "webchat like zalo-oa": NarrowAsOA,
}
FAULTS = [(name, fault) for name, rig in RIGS.items() for fault in rig.faults]
