"""The forms of the login: whose they are, how long, and where they lead."""

import re

import pytest

from console.entry import FORM_MOST
from tests.console.desk import PASSWORD, Office
from tests.console.doors import LOGIN, Visitor, account, visitor


@pytest.mark.parametrize("step", ["login", "password", "setup", "code", "recovery"])
@pytest.mark.parametrize("wrong", ["none", "another", "cross site"])
async def test_a_form_of_another_page_is_refused(
    office: Office, door: Visitor, step: str, wrong: str
) -> None:
    await account(office)
    await door.opens("/login")
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', door.page))
    headers = {"sec-fetch-site": "cross-site"} if wrong == "cross site" else {}
    if wrong == "another":
        other = await visitor(office)
        await other.opens("/login")
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', other.page))
    data = {} if wrong == "none" else {**form, "login": LOGIN, "password": PASSWORD}
    answer = await door.client.post(f"/console/{step}", data=data, headers=headers)
    assert answer.status_code == 403
    assert "Biểu mẫu đã cũ" in answer.text


async def test_a_form_says_nothing_of_the_session(office: Office, door: Visitor) -> None:
    await account(office)
    await door.gives_password()
    await door.opens("/code")
    assert not [value for value in door.cookies().values() if value in door.page]


@pytest.mark.parametrize("kind", ["form", "multipart", "no length"])
async def test_a_form_that_is_too_long_is_not_read(
    office: Office, door: Visitor, kind: str
) -> None:
    await door.opens("/login")
    body = "x" * (FORM_MOST + 1)
    if kind == "form":
        answer = await door.sends("/login", login=body)
    elif kind == "multipart":
        answer = await door.client.post("/console/login", files={"login": (None, body)})
    else:

        async def parts() -> object:
            for _ in range(FORM_MOST // 1024 + 2):
                yield b"a" * 1024

        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await door.client.post("/console/login", content=parts(), headers=form)
    assert answer.status_code == 413


async def test_what_is_not_a_form_is_refused(office: Office, door: Visitor) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await door.client.post("/console/login", content=b"--y\r\n", headers=headers)
    assert answer.status_code == 400
    many = {f"f{n}": "x" for n in range(21)}
    assert (await door.client.post("/console/login", data=many)).status_code == 400


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/chat",
        "/consoles",
        "/console\r\nSet-Cookie: a=b",
        "/console@evil.example",
        "\x00/console",
        "",
    ],
)
async def test_nobody_is_led_elsewhere(office: Office, door: Visitor, elsewhere: str) -> None:
    await account(office)
    await door.client.get("/console/login", params={"next": elsewhere})
    await door.gives_password()
    answer = await door.client.get("/console/code", params={"next": elsewhere})
    door.page = answer.text
    there = await door.sends("/code", code=office.code(), next=elsewhere)
    assert there.headers["location"].split("%")[0] in ("/console", "/console/")
    assert "a" not in door.cookies()


async def test_a_login_goes_on_to_the_page_that_was_asked_for(
    office: Office, door: Visitor
) -> None:
    await account(office)
    asked = await door.client.get("/console/own", params={"a": "1&2", "b": "#"})
    page = await door.client.get(asked.headers["location"])
    door.page = page.text
    answer = await door.sends("/login", login=LOGIN, password=PASSWORD)
    door.page = (await door.client.get(answer.headers["location"])).text
    answer = await door.sends("/code", code=office.code())
    assert answer.headers["location"] == "/console/own?a=1%262&b=%23"
