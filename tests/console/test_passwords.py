"""Passwords and one-time codes."""

import asyncio
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from console import passwords
from tests.console.desk import PASSWORD, TOTP, password_hash

NOW = datetime(2026, 11, 24, 2, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=passwords.STEP)


def code(at: datetime = NOW) -> str:
    return pyotp.TOTP(TOTP).at(at)


async def test_a_password_fits_its_own_hash_only() -> None:
    made = await passwords.hashed("bốn con mèo mướp")
    assert made.startswith("$argon2id$")
    assert await passwords.fits(made, "bốn con mèo mướp")
    assert not await passwords.fits(made, "bon con meo muop")
    assert not await passwords.fits("no hash", "bốn con mèo mướp")


async def test_a_login_that_nobody_has_never_fits() -> None:
    assert not await passwords.fits(None, PASSWORD)
    assert not await passwords.fits(None, "")


async def test_two_keyboards_spell_the_same_password() -> None:
    made = await passwords.hashed(unicodedata.normalize("NFD", "bốn con mèo mướp"))
    assert await passwords.fits(made, unicodedata.normalize("NFC", "bốn con mèo mướp"))


@pytest.mark.parametrize("odd", ["", "\udcff", "\x00", "😀" * 100, "a" * 100_000])
async def test_whatever_is_typed_is_only_wrong(odd: str) -> None:
    assert not await passwords.fits(password_hash(), odd)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("bon con meo", "bon con meo", None),
        ("bốn con mèo mướp", "bốn con mèo mướp", None),
        ("bon con meo", "bon con cho", "differs"),
        ("meo meo 1", "meo meo 1", "short"),
        ("ab" * 101, "ab" * 101, "short"),
        ("tram.dongtam 1", "tram.dongtam 1", "weak"),
        ("aaaaaaaaaabc", "aaaaaaaaaabc", "weak"),
        ("0912 345 678", "0912 345 678", "weak"),
        ("24/11/2026 09:00", "24/11/2026 09:00", "weak"),
        ("Mật khẩu của tôi", "Mật khẩu của tôi", "weak"),
        ("Đồng Hành 2026", "Đồng Hành 2026", "weak"),
        ("xa cua 123456", "xa cua 123456", "weak"),
    ],
)
def test_weak_passwords_are_refused(password: str, again: str, said: str | None) -> None:
    assert passwords.problem(password, again, "tram.dongtam") == said


def test_passwords_of_the_first_day_are_all_good_and_all_different() -> None:
    made = [passwords.new_password() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(passwords.problem(one, one, "tram") is None for one in made)


def test_a_code_counts_a_step_early_and_a_step_late() -> None:
    this = int(NOW.timestamp()) // passwords.STEP
    for late in (-1, 0, 1):
        assert passwords.code_step(TOTP, code(NOW + late * STEP), NOW, 0) == this + late
    for late in (-2, 2):
        assert passwords.code_step(TOTP, code(NOW + late * STEP), NOW, 0) is None


def test_a_code_does_not_count_again_nor_one_before_it() -> None:
    this = int(NOW.timestamp()) // passwords.STEP
    assert passwords.code_step(TOTP, code(), NOW, this) is None
    assert passwords.code_step(TOTP, code(NOW - STEP), NOW, this) is None
    assert passwords.code_step(TOTP, code(NOW + STEP), NOW, this) == this + 1


@pytest.mark.parametrize("odd", ["", "12345", "１２３４５６", "mã số", "\udcff", "0" * 10_000])
def test_whatever_is_typed_as_a_code_is_only_wrong(odd: str) -> None:
    assert passwords.code_step(TOTP, odd, NOW, 0) is None


def test_a_code_may_be_typed_with_a_gap() -> None:
    typed = code()
    assert passwords.code_step(TOTP, f" {typed[:3]} {typed[3:]} ", NOW, 0) is not None


def test_recovery_codes_are_kept_as_hashes() -> None:
    codes = passwords.recovery_codes()
    assert len(set(codes)) == passwords.RECOVERY_CODES
    assert passwords.recovery_hash(f" {codes[0].upper()} ") == passwords.recovery_hash(codes[0])
    assert codes[0] not in passwords.recovery_hash(codes[0])


async def test_too_many_at_once_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAITING_MOST", 2)
    tries = [passwords.fits(None, "x") for _ in range(5)]
    heard = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in heard] == [bool, bool] + [TimeoutError] * 3
    assert await passwords.fits(None, "x") is False


CROWD = """
import asyncio, os, sys
from pathlib import Path
import httpx, psutil
from content.library import load
from storage.crypto import make_key
from storage.database import open_database
from storage.schema import prepare
from tests.console.desk import PASSWORD, open_office
from tests.console.doors import account

async def main() -> None:
    folder = Path(sys.argv[1])
    url = f"sqlite:///{folder}/data.db"
    db = open_database(url, prepare(url, folder / "key"))
    async with open_office(db, load()) as office:
        client = await office.browser()
        first = await client.get("/console/login")
        before = first.text.partition('name="before" value="')[2].partition('"')[0]
        async def login(n: int) -> int:
            form = {"before": before, "login": f"can.bo.{n}", "password": PASSWORD}
            return (await client.post("/console/login", data=form)).status_code
        await login(0)
        me, most = psutil.Process(), 0
        at_first = me.memory_info().rss
        crowd = asyncio.gather(*(login(n) for n in range(1, 201)))
        while not crowd.done():
            most = max(most, me.memory_info().rss - at_first)
            await asyncio.sleep(0.01)
        print(sorted(set(crowd.result())), most // 2**20)
    await db.close()

asyncio.run(main())
"""


@pytest.mark.kill
def test_two_hundred_logins_at_once_add_at_most_100_mb(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CROWD, str(tmp_path)]
    said = subprocess.check_output(command, text=True, cwd=Path(__file__).parents[2], timeout=100)
    statuses, _, megabytes = said.rpartition(" ")
    assert statuses == "[403]"
    assert int(megabytes) <= 100
