"""`donghanh timeline`: what one family would get, day by day."""

import json
import re
from typing import Any

from tests.bot.shell import Run

STATES = {"sent", "merged", "skipped", "expired", "waiting"}
REASONED = {"merged", "skipped", "expired", "waiting"}


def timeline(run: Run, *words: str) -> list[dict[str, Any]]:
    ended = run("timeline", *words, "--json")
    assert ended.exit_code == 0, ended.output
    found: list[dict[str, Any]] = json.loads(ended.stdout)
    return found


def test_the_timeline_has_the_form_of_the_design(run: Run) -> None:
    entries = timeline(run, "--born", "2026-03-12", "--until", "2027-03-12")
    assert entries
    for entry in entries:
        assert list(entry)[:6] == ["on", "item", "kind", "state", "reason", "title"]
        assert list(entry)[6:] == (["duty"] if entry["kind"] == "reminder" else [])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["on"])
        assert "2026-03-12" <= entry["on"] <= "2027-03-12"
        assert entry["state"] in STATES
        assert bool(entry["reason"]) is (entry["state"] in REASONED)
        assert entry["title"].strip()
    assert [e["on"] for e in entries] == sorted(e["on"] for e in entries)
    sent = [(e["on"]) for e in entries if e["state"] == "sent"]
    assert len(sent) == len(set(sent))


def test_one_of_the_two_dates_is_enough_and_both_are_a_whole_life(run: Run) -> None:
    due = timeline(run, "--due", "2026-06-01", "--until", "2026-06-10")
    sent = [e["item"] for e in due if e["state"] == "sent"]
    assert not [item for item in sent if item.startswith(("tip-d", "dg-nb", "rm-vx", "ms-"))]
    both = timeline(run, "--due", "2026-06-01", "--born", "2026-05-20", "--until", "2026-08-01")
    kinds = {e["item"] for e in both if e["state"] == "sent"}
    assert {"tip-p28a", "tip-d0009"} <= kinds


def test_options_change_what_comes(run: Run) -> None:
    usual = timeline(run, "--born", "2024-03-12", "--until", "2025-06-01")
    early = timeline(
        run, "--born", "2024-03-12", "--gestation-weeks", "30", "--until", "2025-06-01"
    )
    late = timeline(run, "--born", "2024-03-12", "--joined", "2024-12-01", "--until", "2025-06-01")
    twins = timeline(run, "--born", "2024-03-12", "--twins", "--until", "2025-06-01")
    when = {e["item"]: e["on"] for e in usual if e["state"] == "sent"}
    later = {e["item"]: e["on"] for e in early if e["state"] == "sent"}
    assert later["tip-d0365"] > when["tip-d0365"]  # by corrected age
    assert min(e["on"] for e in late) == "2024-12-01"
    assert "joined_late" in {e["reason"] for e in late}
    sent = [e for e in twins if e["state"] == "sent"]
    assert len(sent) <= len([e for e in usual if e["state"] == "sent"])
    assert ("merged", "same_message") in {(e["state"], e["reason"]) for e in twins}


def test_what_is_done_and_where_change_what_comes(run: Run) -> None:
    done = [f"--done={duty}=2026-03-05" for duty in ("birth_registered", "residence")]
    words = ["--born", "2026-03-01", "--until", "2026-06-30", *done]
    doses = [f"--done={dose}=2026-05-20" for dose in ("hepb0", "bcg1", "penta1", "opv1", "rota1")]
    station = "vaccine_session=" + json.dumps({"days": [20]})
    plain, known, local = (
        {e["item"]: e for e in timeline(run, *words, *more) if e["item"] == "rm-vx3m"}["rm-vx3m"]
        for more in ([], doses, ["--local", station])
    )
    assert (plain["on"], plain["state"]) == ("2026-06-01", "sent")
    assert plain["duty"] == {
        "id": "vx3m",
        "state": "open",
        "opens": "2026-06-01",
        "due": "2026-07-01",
        "closes": None,
    }
    assert (known["on"], known["state"]) == ("2026-06-17", "sent")  # 28 days after dose 1
    assert (known["duty"]["state"], known["duty"]["opens"]) == ("open", "2026-06-17")
    assert (local["on"], local["state"]) == ("2026-06-13", "sent")  # a week before the session
    papers = {e["reason"] for e in timeline(run, *words) if e["item"] == "rm-birthcert"}
    assert papers == {"done"}


def test_the_timeline_can_be_read_by_people(run: Run) -> None:
    shown = run("timeline", "--born", "2026-03-12", "--until", "2026-05-01")
    assert shown.exit_code == 0
    assert "Giấy khai sinh" in shown.stdout
    assert re.search(r"^2026-03-\d\d  sent +tip-d0000", shown.stdout, re.MULTILINE)
