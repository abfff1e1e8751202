import random, pytest
from tests.handlers import families as f
from tests.handlers.conftest import *  # noqa
from datetime import date

TEXTS = ["hôm nay", "chào", "be mat roi", "20/11/2026", "34 tuần", "đúng", "không", "Bống", "abc xyz", "19 giờ", "cứu con với", "xóa hết", "đã sinh", "khai sinh roi", "ít", "dừng", "bật", "thôi", "menu"]

@pytest.mark.parametrize("seed", range(40))
def test_crawl(chat, seed):
    f.has(chat); f.expects(chat)
    if seed % 2: f.has(chat, None)
    r = random.Random(seed)
    chat.says("menu")
    for n in range(150):
        ids = [b.id for o in chat.said[-3:] for b in o.buttons if not b.url]
        if r.random() < .15:
            x = r.choice(TEXTS); act=("says", x); chat.says(x)
        elif r.random() < .03:
            act=("sends","photo"); chat.sends(r.choice(["photo","voice","sticker"]))
        else:
            x = r.choice(ids or ["menu.home"]); act=("taps",x); chat.taps_exactly(x)
        assert chat.seen, act
        for o in chat.said[-len(chat.seen):]:
            assert "{" not in o.text or o.message=="privacy/export", o
            for b in o.buttons: assert len(b.id.encode())<=50 and len(b.label)<=40, b
