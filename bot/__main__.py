"""The command line: `donghanh --help`.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 already running.
"""

import asyncio
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import logs
from bot.area_commands import area
from bot.backup_commands import backup, backup_key, restore
from bot.case_commands import cases
from bot.channel_commands import channel
from bot.cli import FAILED, WRONG_USE, fail, library_or_exit, settings_or_exit, stored
from bot.config import BadSettings, load, secrets_of
from bot.officer_commands import officer
from care.age import OLDEST_YEARS, add_months, conception_day
from care.people import Frequency
from content.library import load as load_library

app = typer.Typer(
    name="donghanh",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Đồng Hành walks alongside the people who raise a child in Viet Nam.",
)
app.add_typer(area, name="area")
app.add_typer(cases, name="cases")
app.add_typer(channel, name="channel")
app.add_typer(officer, name="officer")
app.command()(backup)
app.command("backup-key")(backup_key)
app.command()(restore)

ROOT = Path(__file__).parent.parent
DAYS = ["%Y-%m-%d"]
T = TypeVar("T")


@app.command()
def run(
    only: Annotated[str, typer.Option(help="web, planner or delivery (PostgreSQL only)")] = "",
    host: Annotated[str, typer.Option(help="instead of DONGHANH_HOST")] = "",
    port: Annotated[int, typer.Option(help="instead of DONGHANH_PORT")] = -1,
) -> None:
    """Start everything, or one part. Migrates first."""
    from bot.running import run_all

    settings = settings_or_exit()
    if only and only not in ("web", "planner", "delivery"):
        raise fail("--only takes web, planner or delivery", WRONG_USE)
    logs.set_up(settings.log_level, secrets_of(settings))
    code = run_all(settings, only, host or settings.host, settings.port if port < 0 else port)
    if code:
        raise typer.Exit(code)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="instead of DONGHANH_HOST")] = "",
    port: Annotated[int, typer.Option(help="instead of DONGHANH_PORT")] = -1,
) -> None:
    """Start with a sample commune to look around in; nothing of it is kept."""
    from bot.demo import run_demo

    settings = settings_or_exit()
    logs.set_up(settings.log_level, ())
    code = run_demo(settings, host or settings.host, settings.port if port < 0 else port)
    if code:
        raise typer.Exit(code)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; make the key on the first start."""
    from bot.running import Refused, open_or_refuse

    settings = settings_or_exit()
    try:
        asyncio.run(open_or_refuse(settings).close())
    except Refused as error:
        raise fail(str(error), error.code) from error
    print("The schema is up to date.")


@app.command()
def check(
    page: Annotated[
        Path | None, typer.Option(file_okay=False, help="write pages for reviewers to print there")
    ] = None,
) -> None:
    """Check content and settings; print every problem as path:line: message."""
    from content.check import check as check_content
    from content.check import coverage

    problems = check_content(ROOT / "content", date_today())
    for problem in problems:
        print(problem)
    try:
        load()
        bad_settings = 0
    except BadSettings as error:
        print(error)
        bad_settings = 1
    errors = sum(p.level == "E" for p in problems) + bad_settings
    if not errors:
        for row in coverage(load_library()):
            print("  ".join(str(cell).ljust(14) for cell in row))
        if page:
            write_pages(page)
    print(f"{errors} errors, {len(problems) + bad_settings - errors} warnings")
    if errors:
        raise typer.Exit(FAILED)


def write_pages(folder: Path) -> None:
    from content.library import LANGUAGE, build
    from content.review_page import pages
    from content.tree import read_tree

    tree = read_tree(ROOT / "content", LANGUAGE)
    found = pages(build(tree), tree)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"Pages for reviewers: open {folder / 'index.html'}")


def date_today() -> date:
    from bot.clock import utc_now
    from care.clock import local_day

    return local_day(utc_now())


@app.command()
def timeline(
    born: Annotated[datetime | None, typer.Option(formats=DAYS, help="birth date")] = None,
    due: Annotated[datetime | None, typer.Option(formats=DAYS, help="expected due date")] = None,
    gestation_weeks: Annotated[int | None, typer.Option(min=22, max=42)] = None,
    joined: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="sign-up; default: the beginning")
    ] = None,
    frequency: Annotated[Frequency, typer.Option()] = Frequency.NORMAL,
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="default: the eighth birthday")
    ] = None,
    twins: Annotated[bool, typer.Option(help="two children of one birth")] = False,
    done: Annotated[
        list[str] | None, typer.Option(help="a duty or dose and its day: penta1=2026-03-05")
    ] = None,
    local: Annotated[list[str] | None, typer.Option(help="a setting of the area: pcv=true")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """What one child's caregiver will get, and what will not be sent and why."""
    from bot.timeline import Life, entries, read_book

    born_on, due_on = born and born.date(), due and due.date()
    if born_on is None and due_on is None:
        raise fail("give --born or --due", WRONG_USE)
    start = conception_day(due_on) + timedelta(days=28) if due_on else born_on
    end = until.date() if until else _end(born_on, due_on)
    first = joined.date() if joined else start
    if first is None or first > end:
        raise fail("--joined comes after --until", WRONG_USE)
    life = Life(born_on, due_on, gestation_weeks, first, frequency, 2 if twins else 1)
    library = library_or_exit()
    try:
        book = read_book(library.rules, done or (), local or ())
    except ValueError as error:
        raise fail(str(error), WRONG_USE) from error
    found = entries(library.openings, life, end, book)
    titles = {item: meta.title for item, meta in library.meta.items()}
    if as_json:
        print(json.dumps([e.as_json(titles) for e in found], ensure_ascii=False, indent=1))
        return
    for entry in found:
        why = f" ({entry.reason})" if entry.reason else ""
        title = titles.get(entry.opening.item.id, "")
        print(f"{entry.on}  {entry.state:<8}{why:<18} {entry.opening.item.id:<14} {title}")


def _end(born_on: date | None, due_on: date | None) -> date:
    if born_on is not None:
        return add_months(born_on, OLDEST_YEARS * 12)
    return (due_on or date.min) + timedelta(days=14)


@app.command()
def rehearse(
    families: Annotated[int, typer.Option(min=1)] = 100,
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])] = datetime(2026, 1, 1),  # noqa: DTZ001 - only its day counts
    days: Annotated[int, typer.Option(min=1, max=4000)] = 30,
    seed: Annotated[int, typer.Option()] = 1,
    out: Annotated[Path | None, typer.Option(help="one JSON line per message")] = None,
    outage: Annotated[
        list[str] | None, typer.Option(help="DATE:DAYS without the programme")
    ] = None,
    channel: Annotated[str, typer.Option(help="zalo-oa or zalo-bot; else all is allowed")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Run the real planner and delivery on a fake clock over a throw-away database."""
    from bot.rehearsal import Plan, parse_outage, rehearse_year
    from bot.rehearsal_report import report
    from bot.rehearsal_zalo import AUDIENCE, BOT, CHANNELS

    if channel and channel not in CHANNELS:
        raise fail(f"--channel takes {' or '.join(CHANNELS)}", WRONG_USE)
    if channel == BOT and families > AUDIENCE:
        raise fail(f"a Zalo bot may have {AUDIENCE} people: --families {AUDIENCE}", WRONG_USE)

    try:
        outages = [parse_outage(text) for text in outage or ()]
    except ValueError as error:
        raise fail(
            f"--outage takes DATE:DAYS, such as 2026-03-01:3 ({error})", WRONG_USE
        ) from error
    plan = Plan(families, start.date(), days, seed, tuple(outages), channel)
    result = asyncio.run(rehearse_year(library_or_exit(), plan, out, progress=not as_json))
    print(json.dumps(result.summary, ensure_ascii=False) if as_json else report(result.summary))
    if result.broken:
        raise typer.Exit(FAILED)


@app.command()
def understand(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    why: Annotated[bool, typer.Option(help="Name the words that decided.")] = False,
) -> None:
    """Read one message a line; say what each is about."""
    from bot.understanding import line

    model = library_or_exit().model
    if model is None:
        raise fail("There is no model: run `make model`.")
    for text in sys.stdin:
        print(line(text.rstrip("\n"), model, as_json=as_json, why=why), flush=True)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="one benchmark; default: all")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure against floors taken in the same run; prints ratios."""
    sys.path.insert(0, str(ROOT))  # the stand-ins it measures against live with the tests
    from bench import registry

    if name and name not in registry.NAMES:
        raise fail(f"there is no benchmark {name}; known: {', '.join(registry.NAMES)}", WRONG_USE)
    for result in registry.run([name] if name else list(registry.NAMES)):
        print(json.dumps(result, ensure_ascii=False) if as_json else registry.line(result))


@app.command()
def purge() -> None:
    """Delete what retention says is over."""
    from bot import retention
    from bot.clock import utc_now

    stored(retention.purge, utc_now())
    print("Done.")


@app.command()
def held(
    release: Annotated[list[str] | None, typer.Option(help="Send this item again.")] = None,
) -> None:
    """List the items that are held back because two readers called them wrong."""
    from storage import reactions

    if release:
        stored(reactions.settle, release)
    for item in sorted(stored(reactions.paused)):
        print(item)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
