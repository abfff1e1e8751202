"""An article for Zalo, from a campaign to the officer's word that it is published."""

from console.scope import Role
from tests.console.desk import Office
from tests.console.furnished import furnish

GOOD = "https://oa.zalo.me/d?id=1"


async def test_a_campaign_becomes_an_article_once_and_is_confirmed_by_hand(office: Office) -> None:
    own = await furnish(office, "20a")
    campaign = own.named["campaign"][0]
    made = await own.lead.post(f"/campaigns/{campaign}/article")
    again = await own.lead.post(f"/campaigns/{campaign}/article")
    where = made.headers["location"]
    assert where == again.headers["location"]
    path = where.removeprefix("/console")
    page = await own.lead.get(path)
    assert "Bống" in page.text
    assert "{ten_be}" not in page.text
    await own.lead.post(f"{path}/published", address=GOOD)
    page = await own.lead.get(path)
    assert "Đã đăng lúc" in page.text
    assert GOOD in page.text
    listed = await own.lead.get("/articles")
    assert "đã đăng" in listed.text
    assert "chờ đăng" in listed.text


async def test_only_an_address_of_zalo_is_taken(office: Office) -> None:
    own = await furnish(office, "20a")
    path = f"/articles/{own.named['article'][0]}"
    for wrong in ("http://zalo.me/x", "https://zalo.me.evil.com/x", "javascript:alert(1)", ""):
        answer = await own.lead.post(f"{path}/published", address=wrong)
        assert answer.status_code == 400
    assert "Ghi là đã đăng" in (await own.lead.get(path)).text


async def test_an_article_of_another_unit_is_not_there(office: Office) -> None:
    own = await furnish(office, "20a")
    stranger = await office.officer(Role.UNION, "20b")
    path = f"/articles/{own.named['article'][0]}"
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(f"{path}/published", address=GOOD)).status_code == 404
