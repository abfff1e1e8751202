"""What families had deleted after the copy does not come back with it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from care.people import Child, ChildState
from storage import caregivers, children, erasure_file, losses, privacy, tombstones
from storage.caregivers import Contact
from storage.crypto import Cipher, make_key
from storage.erasure_file import ErasuresUnreadable, keep, read
from storage.family_tables import addresses
from storage.family_tables import caregivers as caregivers_table
from storage.family_tables import children as children_table
from storage.tables import tombstones as table
from storage.tombstones import KEPT, Kind, Tombstone
from tests.storage.copies import LATER, Keys, copy, opened, put_back
from tests.storage.families import DAY, MINUTE, NOW, TODAY, a_caregiver, a_child, address

SINCE = NOW + MINUTE
Change = Callable[[Connection], None]


class Town:
    """Two families, the second of them two people; a copy; and where it is put back."""

    def __init__(self, url: str, engine: Engine, cipher: Cipher, folder: Path) -> None:
        self.url, self.engine, self.cipher, self.folder = url, engine, cipher, folder
        self.keys = Keys(folder)
        with engine.begin() as conn:
            self.lan = a_caregiver(conn, "lan")
            self.hoa, self.mai = a_caregiver(conn, "hoa"), a_caregiver(conn, "mai")
            self.bong = a_child(conn, self.lan.caregiver.id, TODAY, nickname="Bống")
            self.tom = a_child(conn, self.hoa.caregiver.id, TODAY, nickname="Tôm")
            children.link(conn, self.tom, self.mai.caregiver.id, TODAY)
        self.copy = copy(url, folder / "copy", self.keys)

    def since(self, *changes: Change) -> list[Tombstone]:
        """What happens after the copy, and the tombstones of it."""
        for change in changes:
            with self.engine.begin() as conn:
                change(conn)
        with self.engine.begin() as conn:
            return tombstones.all_of(conn)

    def back(self, told: list[Tombstone], name: str = "back") -> dict[str, list[str]]:
        """Who cares for whom, once the copy is put back on a new machine."""
        url = f"sqlite:///{self.folder / name}.db"
        put_back(url, self.cipher, self.copy, self.keys, erasures=told)
        with opened(url, self.cipher) as engine, engine.begin() as conn:
            found: dict[str, list[str]] = {}
            for row in conn.execute(select(addresses).order_by(addresses.c.id)).all():
                mine = children.of_caregiver(conn, row.caregiver_id)
                found[row.chat] = [f"{child.nickname} {child.state}" for child in mine]
            known = set(conn.execute(select(children_table.c.id)).scalars())
            linked = {child.id for each in found for child in self._of(conn, each)}
            assert known == linked  # nobody is left behind without a caregiver
            return found

    def states(self, name: str) -> dict[str, str]:
        query = select(addresses.c.chat, caregivers_table.c.state).join_from(
            addresses, caregivers_table, addresses.c.caregiver_id == caregivers_table.c.id
        )
        url = f"sqlite:///{self.folder / name}.db"
        with opened(url, self.cipher) as engine, engine.begin() as conn:
            return {row.chat: row.state for row in conn.execute(query)}

    @staticmethod
    def _of(conn: Connection, chat: str) -> list[Child]:
        contact = caregivers.find(conn, address(chat))
        assert contact is not None
        return children.of_caregiver(conn, contact.caregiver.id)


@pytest.fixture
def town(database_url: str, engine: Engine, cipher: Cipher, tmp_path: Path) -> Town:
    return Town(database_url, engine, cipher, tmp_path)


EVERYBODY = {"lan": ["Bống born"], "hoa": ["Tôm born"], "mai": ["Tôm born"]}


def test_who_asked_to_be_deleted_stays_deleted(town: Town) -> None:
    told = town.since(
        lambda conn: privacy.erase(conn, town.lan, "event", SINCE),
        lambda conn: privacy.erase_wholly(conn, town.mai.caregiver.id, SINCE),
    )
    assert [one.kind for one in told] == [Kind.ERASED] * 2
    assert town.back(told) == {"hoa": ["Tôm born"]}
    assert town.back([], "control") == EVERYBODY  # the control: without them all come back


def test_all_messengers_of_a_person_are_known(town: Town) -> None:
    def two_ways(conn: Connection) -> None:
        other = caregivers.open_contact(conn, address("lan-2"), NOW)
        mine = addresses.update().where(addresses.c.id == other.address_id)
        conn.execute(mine.values(caregiver_id=town.lan.caregiver.id))
        privacy.erase_wholly(conn, town.lan.caregiver.id, SINCE)

    assert len(town.since(two_ways)) == 2


def test_a_child_that_was_taken_off_a_list_stays_off_it(town: Town) -> None:
    me = town.hoa.caregiver.id
    told = town.since(lambda conn: privacy.take_off(conn, town.tom, me, SINCE))
    assert town.back(told) == {**EVERYBODY, "hoa": []}
    alone = town.since(lambda conn: privacy.take_off(conn, town.tom, town.mai.caregiver.id, SINCE))
    assert town.back(alone, "both") == {"lan": ["Bống born"], "hoa": [], "mai": []}


def test_after_a_loss_that_was_told_since_nothing_is_sent(town: Town) -> None:
    def died(conn: Connection) -> None:
        child = children.get(conn, town.bong)
        assert child is not None
        losses.died(conn, child, [], SINCE, TODAY)

    def undone(conn: Connection) -> None:
        child = children.get(conn, town.bong)
        assert child is not None
        losses.undo(conn, child, [], SINCE + MINUTE, TODAY)

    told = town.since(died)
    assert town.back(told)["lan"] == [f"Bống {ChildState.LOST}"]
    assert town.back([], "control") == EVERYBODY
    assert town.back(town.since(undone), "undone") == EVERYBODY


def test_a_child_that_moved_since_has_moved(town: Town) -> None:
    def moved(conn: Connection) -> None:
        child = children.get(conn, town.bong)
        assert child is not None
        losses.moved(conn, child, SINCE, TODAY)

    assert town.back(town.since(moved))["lan"] == [f"Bống {ChildState.GONE}"]


def test_who_stopped_since_has_stopped_unless_they_asked_again(town: Town) -> None:
    def says(kind: Kind, who: Contact, at: datetime) -> Change:
        return lambda conn: tombstones.of_caregiver(conn, kind, who.caregiver.id, at)

    told = town.since(
        says(Kind.STOPPED, town.lan, SINCE),
        says(Kind.STOPPED, town.hoa, SINCE),
        says(Kind.RESUMED, town.hoa, SINCE + MINUTE),
    )
    town.back(told)
    town.back([], "control")
    found = {name: town.states(name) for name in ("back", "control")}
    assert found["back"] == {"lan": "stopped", "hoa": "active", "mai": "active"}
    assert set(found["control"].values()) == {"active"}


def test_who_came_again_before_the_copy_is_not_deleted_with_it(town: Town) -> None:
    told = town.since(
        lambda conn: privacy.erase_wholly(conn, town.lan.caregiver.id, SINCE),
        lambda conn: caregivers.seen(conn, a_caregiver(conn, "lan"), SINCE),
    )
    town.copy = copy(town.url, town.folder / "newer", town.keys, SINCE + MINUTE)
    assert town.back(told)["lan"] == []


def test_what_is_older_than_any_copy_deletes_nobody(town: Town) -> None:
    """A line that the table has dropped already and the file has not."""
    told = town.since(lambda conn: privacy.erase_wholly(conn, town.lan.caregiver.id, SINCE))
    old = [one._replace(at=NOW - KEPT) for one in told]
    assert town.back(old) == EVERYBODY


def test_the_database_that_is_replaced_is_asked_too(town: Town) -> None:
    """Whoever was erased in the last seconds stands in its table and not yet in the file."""
    town.since(lambda conn: privacy.erase_wholly(conn, town.lan.caregiver.id, SINCE))
    town.engine.dispose()
    done = put_back(town.url, town.cipher, town.copy, town.keys, replace=True)
    assert done.erased == 1
    with town.engine.begin() as conn:
        assert caregivers.find(conn, address("lan")) is None
        assert [one.kind for one in tombstones.all_of(conn)] == [Kind.ERASED]


def test_the_table_holds_no_address_and_no_hash_that_finds_one(town: Town) -> None:
    with town.engine.begin() as conn:
        known = conn.execute(select(addresses.c.chat_hash)).scalars().all()
    told = town.since(lambda conn: privacy.erase_wholly(conn, town.lan.caregiver.id, SINCE))
    assert not {one.hash for one in told} & set(known)


def test_contacts_who_never_agreed_leave_no_tombstone(conn: Connection) -> None:
    caregivers.open_contact(conn, address("stranger"), NOW)
    assert privacy.purge_unconsented(conn, NOW + DAY) == 1
    assert conn.execute(select(caregivers_table)).all() == []
    assert tombstones.all_of(conn) == []


def test_they_are_kept_as_long_as_copies(conn: Connection) -> None:
    tombstones.left(conn, 1, 1, NOW)
    tombstones.forget(conn, NOW)
    assert len(conn.execute(select(table)).all()) == 1
    tombstones.forget(conn, NOW + MINUTE)
    assert conn.execute(select(table)).all() == []


# --- the file ------------------------------------------------------------------------------------


def one(n: int, at_days: int = 0) -> Tombstone:
    return Tombstone(NOW + DAY * at_days, Kind.ERASED, f"{n:032x}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "erasures"


def test_the_file_is_there_from_the_first_start_for_its_user_alone(
    path: Path, cipher: Cipher
) -> None:
    with pytest.raises(ErasuresUnreadable, match="there is no"):
        read(path, cipher)
    keep(path, cipher, [], NOW)
    assert read(path, cipher) == []
    assert path.stat().st_mode & 0o777 == 0o600


def test_lines_are_added_once_and_outlive_the_table(path: Path, cipher: Cipher) -> None:
    keep(path, cipher, [one(1)], NOW)
    node = path.stat().st_ino
    keep(path, cipher, [one(1), one(2)], NOW)
    assert path.stat().st_ino == node  # added to, not written anew
    keep(path, cipher, [], NOW)  # an older database was put in its place
    assert read(path, cipher) == [one(1), one(2)]


def test_lines_older_than_any_copy_go(path: Path, cipher: Cipher) -> None:
    keep(path, cipher, [one(1, -30), one(2)], NOW)
    keep(path, cipher, [], NOW + DAY * 5)
    assert read(path, cipher) == [one(1, -30), one(2)]
    keep(path, cipher, [], NOW + DAY * 6)
    assert read(path, cipher) == [one(2)]


def test_a_last_line_that_a_crash_cut_off_is_written_again(path: Path, cipher: Cipher) -> None:
    keep(path, cipher, [one(1)], NOW)
    with path.open("a", encoding="ascii") as file:
        file.write("2026-11-24T02")
    assert read(path, cipher) == [one(1)]
    keep(path, cipher, [one(1), one(2)], NOW)
    assert read(path, cipher) == [one(1), one(2)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("erased", "elated"),
        lambda text: text.replace("2026", "soon"),
        lambda text: text.replace("+00:00", ""),
        lambda text: text.partition("\n")[2],
        lambda text: "",
        lambda text: "é" + text,
    ],
)
def test_a_damaged_file_is_refused_and_kept_beside(
    path: Path, cipher: Cipher, damage: Callable[[str], str]
) -> None:
    keep(path, cipher, [one(1)], NOW)
    path.write_text(damage(path.read_text(encoding="ascii")), encoding="utf-8")
    with pytest.raises(ErasuresUnreadable):
        read(path, cipher)
    keep(path, cipher, [one(2)], NOW)
    assert read(path, cipher) == [one(2)]
    assert path.with_name("erasures.unreadable").exists()


def test_the_file_of_another_installation_is_refused(
    path: Path, cipher: Cipher, tmp_path: Path
) -> None:
    keep(path, make_key(tmp_path / "other-key"), [one(1)], NOW)
    with pytest.raises(ErasuresUnreadable, match="does not belong"):
        read(path, cipher)


def test_the_file_says_what_the_table_says(engine: Engine, cipher: Cipher, path: Path) -> None:
    with engine.begin() as conn:
        lan = a_caregiver(conn, "lan")
        privacy.erase_wholly(conn, lan.caregiver.id, LATER)
        keep(path, *erasure_file.told(conn), LATER)
        assert read(path, cipher) == tombstones.all_of(conn)
    assert b"lan" not in path.read_bytes()
