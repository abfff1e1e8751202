"""Stopping and starting an installation: what families have is still there, or the numbers are."""

import subprocess

import httpx

from tests.stories.families import Family, days_ago
from tests.stories.running import Programme

ALREADY_RUNNING = 3
FAILED = 1


def test_second_start_keeps_the_conversation_and_the_child(installation: Programme) -> None:
    installation.start()
    with Family(installation.url) as family:
        family.signs_up(days_ago(100))
        family.says("đổi giờ", "settings/ask-hour")
        before = family.history()
    assert installation.stop() == 0
    installation.start()
    with Family(installation.url, session=family.session) as again:
        assert again.history() == before
        again.says("6 giờ chiều", "settings/hour")  # the question asked before the stop
        again.says("con của tôi", "children/list")
    assert installation.stop() == 0
    assert "Traceback" not in installation.said


def test_second_process_on_the_same_folder_says_so_and_exits(installation: Programme) -> None:
    installation.start()
    second = installation.begin()
    try:
        assert second.wait(60) == ALREADY_RUNNING
    except subprocess.TimeoutExpired:
        second.kill()
        raise
    assert "another donghanh already uses" in installation.said
    assert httpx.get(f"{installation.url}/readyz", trust_env=False).status_code == 200


def test_without_its_key_it_answers_everything_with_the_numbers(installation: Programme) -> None:
    installation.start()
    with Family(installation.url) as family:
        family.says("/start", "start/welcome")
    assert installation.stop() == 0
    (installation.data / "key").unlink()
    installation.start("/healthz", 503)
    with Family(installation.url) as stranger:
        line = stranger.says("cháu sốt cao", "emergency/memory")
    assert "115" in line["text"]
    assert "111" in line["text"]
    assert "115" in httpx.get(installation.url, trust_env=False).text
    assert installation.stop() == FAILED
    assert "Only the emergency numbers are answered" in installation.said


def test_web_chat_knows_a_family_by_its_session_alone(installation: Programme) -> None:
    installation.start()
    with Family(installation.url) as one, Family(installation.url) as two:
        one.says("/start", "start/welcome")
        assert two.history() == []
        assert one.history() != []
