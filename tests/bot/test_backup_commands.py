"""`donghanh backup`, `backup-key`, `restore`: what they say, and that nothing gets out."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.cli import ALREADY_RUNNING, FAILED, WRONG_USE
from bot.erasures import Erasures
from care.messages import Address
from care.people import CaregiverState
from storage import caregivers, children, erasure_file, lock, privacy, sealed_copy
from storage.console_tables import talk_lines, talks
from storage.crypto import read_key
from storage.database import open_database, sync_engine
from storage.tables import key_check, marks
from tests.bot.shell import Run
from tests.virtual_time import NOW

CANARIES = [f"canary{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(50)]
CANARY = re.compile(rb"canary[a-z]{2}q", re.IGNORECASE)
LAN, HOA = Address("webchat", "main", "lan"), Address("webchat", "main", "hoa")


class Machine:
    """A server with two families, and an operator."""

    def __init__(self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run, self.folder, self.data = run, folder, folder / "data"
        self.identity, self.copy = folder / "identity", folder / "copy.age"
        assert run("migrate").exit_code == 0
        made = run("backup-key", str(self.identity))
        public = re.search(r"DONGHANH_BACKUP_RECIPIENT=(age1\w+)", made.output)
        assert public is not None
        monkeypatch.setenv("DONGHANH_BACKUP_RECIPIENT", public[1])
        self.does(families)
        self.notes()

    def does(self, f: Callable[[Connection], object]) -> None:
        url = f"sqlite:///{self.data}/donghanh.db"
        engine = sync_engine(url, read_key(self.data / "key"))
        with engine.begin() as conn:
            f(conn)
        engine.dispose()

    def notes(self) -> None:
        """What the running programme does every half minute."""

        async def work() -> None:
            url = f"sqlite:///{self.data}/donghanh.db"
            db = open_database(url, read_key(self.data / "key"))
            await Erasures(self.data).note(db, NOW)
            await db.close()

        asyncio.run(work())

    def known(self) -> set[str]:
        found: set[str] = set()

        def look(conn: Connection) -> None:
            found.update(a.chat_id for a in (LAN, HOA) if caregivers.find(conn, a))

        self.does(look)
        return found

    def backs_up(self) -> None:
        done = self.run("backup", str(self.copy))
        assert done.exit_code == 0, done.output
        assert "rows are in" in done.output

    def restores(self, *words: str) -> tuple[int, str]:
        given = ["restore", str(self.copy), "--identity", str(self.identity), *words]
        done = self.run(*given)
        return done.exit_code, done.output


def families(conn: Connection) -> None:
    for address in (LAN, HOA):
        contact = caregivers.open_contact(conn, address, NOW)
        me = contact.caregiver.id
        caregivers.change(conn, me, state=CaregiverState.ACTIVE)
        children.add(conn, me, NOW.date(), state="born", born_on=NOW.date(), nickname="Bống")


def erased(conn: Connection) -> None:
    contact = caregivers.find(conn, LAN)
    assert contact is not None
    privacy.erase_wholly(conn, contact.caregiver.id, NOW)


@pytest.fixture
def machine(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr("bot.clock.utc_now", lambda: NOW)
    return Machine(run, tmp_path, monkeypatch)


def refused(result: tuple[int, str], code: int, says: str) -> None:
    """With one line that says why."""
    lines = [line for line in result[1].splitlines() if "Putting back" not in line]
    assert (result[0], len(lines)) == (code, 1), result
    assert says in lines[0]


# --- there and back ------------------------------------------------------------------------------


def test_a_copy_comes_back_on_a_new_machine_with_the_key_and_the_erasures(
    machine: Machine,
) -> None:
    machine.backs_up()
    machine.does(erased)
    machine.notes()
    key, noted = machine.data / "key", machine.data / "erasures"
    away = [machine.folder / "key-kept-elsewhere", machine.folder / "erasures-kept-elsewhere"]
    for path, to in zip((key, noted), away, strict=True):
        to.write_bytes(path.read_bytes())
    for path in machine.data.iterdir():
        path.unlink()
    key.write_bytes(away[0].read_bytes())
    refused(machine.restores(), FAILED, "--without-erasures")
    assert not (machine.data / "donghanh.db").exists()
    code, said = machine.restores("--erasures", str(away[1]))
    assert code == 0
    assert "Deleted again: 1." in said
    assert machine.known() == {"hoa"}
    assert len(erasure_file.read(noted, read_key(key))) == 1  # for the next time
    assert (machine.data / "donghanh.db").stat().st_mode & 0o777 == 0o600
    assert machine.run("migrate").exit_code == 0


def test_without_the_erasures_who_was_deleted_comes_back(machine: Machine) -> None:
    """The control."""
    machine.backs_up()
    machine.does(erased)
    for path in machine.data.glob("donghanh.db*"):
        path.unlink()
    (machine.data / "erasures").unlink()
    code, said = machine.restores("--without-erasures")
    assert code == 0
    assert "may come back" in said
    assert machine.known() == {"lan", "hoa"}


def test_on_the_same_machine_nothing_has_to_be_carried(machine: Machine) -> None:
    machine.backs_up()
    machine.does(erased)  # and killed before it was noted in the file
    refused(machine.restores(), FAILED, "--replace")
    assert machine.known() == {"hoa"}
    assert machine.restores("--replace")[0] == 0
    assert machine.known() == {"hoa"}


def test_the_copy_is_made_while_the_programme_runs(machine: Machine) -> None:
    held = lock.hold(machine.data / "donghanh.lock")
    machine.backs_up()
    lock.release(held)
    assert machine.copy.stat().st_mode & 0o777 == 0o600


# --- refused -------------------------------------------------------------------------------------


def test_nothing_is_put_back_while_the_programme_runs(machine: Machine) -> None:
    machine.backs_up()
    held = lock.hold(machine.data / "donghanh.lock")
    refused(machine.restores("--replace"), ALREADY_RUNNING, "already uses")
    lock.release(held)
    assert machine.restores("--replace")[0] == 0


def test_without_a_recipient_no_copy_is_made(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DONGHANH_BACKUP_RECIPIENT")
    done = machine.run("backup", str(machine.copy))
    assert (done.exit_code, "backup-key" in done.output) == (WRONG_USE, True)
    assert not machine.copy.exists()
    for wrong in ("age1short", "ssh-ed25519 AAAA", "age1" + "q" * 58):
        monkeypatch.setenv("DONGHANH_BACKUP_RECIPIENT", wrong)
        done = machine.run("backup", str(machine.copy))
        assert done.exit_code == WRONG_USE
        assert "must be public keys of age" in done.output
    assert not machine.copy.exists()


def test_no_file_is_ever_overwritten(machine: Machine) -> None:
    before = machine.identity.read_bytes()
    assert machine.run("backup-key", str(machine.identity)).exit_code == FAILED
    assert machine.identity.read_bytes() == before
    assert machine.identity.stat().st_mode & 0o777 == 0o600
    machine.copy.write_bytes(b"x")
    assert machine.run("backup", str(machine.copy)).exit_code == FAILED
    assert machine.copy.read_bytes() == b"x"


def test_a_folder_that_is_not_there_is_said(machine: Machine) -> None:
    nowhere = str(machine.folder / "nowhere" / "x")
    for words in (["backup", nowhere], ["backup-key", nowhere]):
        done = machine.run(*words)
        assert (done.exit_code, "cannot be written" in done.output) == (FAILED, True)


def test_where_there_is_no_database_none_is_made(machine: Machine) -> None:
    for path in machine.data.glob("donghanh.db*"):
        path.unlink()
    done = machine.run("backup", str(machine.copy))
    assert (done.exit_code, "there is no" in done.output) == (FAILED, True)
    assert list(machine.data.glob("donghanh.db*")) == []


def test_every_fault_of_a_restore_is_one_line(machine: Machine) -> None:
    machine.backs_up()
    machine.does(lambda conn: conn.execute(insert(marks).values(name="since", value="x")))
    good = {path: path.read_bytes() for path in (machine.copy, machine.identity)}
    key = machine.data / "key"
    good[key] = key.read_bytes()

    def with_(path: Path, content: bytes, says: str) -> None:
        path.write_bytes(content)
        refused(machine.restores("--replace"), FAILED, says)
        path.write_bytes(good[path])

    whole = good[machine.copy]
    with_(machine.copy, whole[:-1], "is damaged")
    with_(machine.copy, whole[:-9] + b"!" + whole[-8:], "is damaged")
    with_(machine.copy, b"hello", "is damaged")
    with_(machine.identity, b"hello", "no identity")
    with_(machine.identity, b"AGE-SECRET-KEY-1QQ\n", "cannot be read as an identity")
    sealed_copy.make_identity(machine.folder / "another")
    with_(machine.identity, (machine.folder / "another").read_bytes(), "not made for this")
    with_(key, b"short", "cannot be read")
    noted = machine.data / "erasures"
    kept = noted.read_bytes()
    noted.write_bytes(b"x\n")
    refused(machine.restores("--replace"), FAILED, "does not belong to this key")
    noted.write_bytes(kept)
    key.unlink()
    refused(machine.restores("--replace"), FAILED, "key file key is missing")
    assert not key.exists()
    key.write_bytes(good[key])
    machine.does(_still_there)
    assert machine.restores("--replace")[0] == 0  # the control: nothing else was wrong


def _still_there(conn: Connection) -> None:
    assert "since" in set(conn.execute(select(marks.c.name)).scalars())


def test_another_key_is_refused_though_its_erasures_are_left_out(machine: Machine) -> None:
    machine.backs_up()
    key = machine.data / "key"
    key.write_text("A" * 43 + "=\n", encoding="ascii")
    refused_with = machine.restores("--replace", "--without-erasures")
    assert refused_with[0] == FAILED
    assert "the key file does not fit the copy" in refused_with[1]


@pytest.mark.parametrize("words", [["restore", "missing"], ["restore"], ["backup"], ["backup-key"]])
def test_wrong_use_is_told_apart(machine: Machine, words: list[str]) -> None:
    assert machine.run(*words).exit_code == WRONG_USE


# --- nothing in the clear ------------------------------------------------------------------------


def _written(conn: Connection) -> None:
    """Half of them in the clear, as names of areas and officers are, half of them sealed."""
    plain, sealed = CANARIES[:25], CANARIES[25:]
    conn.execute(insert(marks), [{"name": word, "value": word.upper()} for word in plain])
    talk = {"id": 1, "caregiver_id": 1, "address_id": 1, "state": "closed", "level": 0}
    conn.execute(insert(talks).values(**talk, opened_at=NOW))
    line = {"talk_id": 1, "who": "family", "at": NOW}
    conn.execute(insert(talk_lines), [{**line, "body": word} for word in sealed])


def hits(*texts: bytes) -> set[str]:
    return {found.decode().lower() for text in texts for found in CANARY.findall(text)}


def test_none_of_fifty_canaries_stands_in_the_copy_nor_the_key_nor_a_name(
    machine: Machine,
) -> None:
    machine.does(_written)
    before = set(machine.folder.rglob("*"))
    machine.backs_up()
    new = [p for p in set(machine.folder.rglob("*")) - before if p.is_file()]
    made = [path.read_bytes() for path in new if path.suffix not in (".db-wal", ".db-shm")]
    assert machine.copy in new
    assert hits(*made) == set()
    key = (machine.data / "key").read_bytes().strip()
    opened: list[bytes] = []
    sealed_copy.read(machine.copy, sealed_copy.read_identities(machine.identity), opened.append)
    whole = b"".join(opened)
    assert hits(whole) == set(CANARIES[:25])  # the control; what was sealed stays sealed
    assert key not in whole
    assert key_check.name.encode() in whole
