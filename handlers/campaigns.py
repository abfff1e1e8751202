"""What families say to a campaign: a poll, a score, a few words, a button an officer made.

Nothing of a button is believed: only who got the campaign can answer it. Draft: `campaign`.
"""

from care.campaigns import WORDS_MOST, Asks
from handlers.asking import elsewhere
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, ask, done, say
from handlers.wording import wants_out
from storage import campaign_results, campaigns, tasks
from storage.campaigns import Campaign

WORDS = "campaign.words"
DONE = ("menu.today", "menu.home")


def choose(turn: Turn) -> Answer:
    """An option of a poll, or a score: kept at once, and it may be changed."""
    campaign, n = _meant(turn)
    if campaign is None:
        return _over(turn)
    return _keep(turn, campaign, n) or _over(turn)


def _keep(turn: Turn, campaign: Campaign, choice: int) -> Answer | None:
    question = campaign.draft.question
    if question is None or not 1 <= choice <= question.choices:
        return None
    changed = _put(turn, campaign, choice, None)
    if question.kind is Asks.SCORE:
        tasks.low_score(turn.conn, campaign.message, choice, turn.caregiver.area_id, turn.now)
    chosen = question.options[choice - 1] if question.options else str(choice)
    text = say("campaigns/chosen", *DONE, chosen=chosen, changed=changed)
    return beside(turn, text)


def _put(turn: Turn, campaign: Campaign, choice: int | None, words: str | None) -> bool:
    """A test of an officer is answered like any other, and not counted."""
    me = turn.caregiver.id
    if not campaign_results.was_sent(turn.conn, campaign.id, me):
        return False
    return campaign_results.put_answer(turn.conn, campaign.id, me, choice, words, turn.now)


def typed(turn: Turn) -> Answer | None:
    """ "2", while a poll was the last thing this person was asked; None for everything else."""
    number = turn.text.strip().rstrip(".")
    if not number.isdecimal() or len(number) > 1:
        return None
    asked = campaign_results.last_asked(turn.conn, turn.caregiver.id)
    campaign = campaigns.get(turn.conn, asked) if asked is not None else None
    return _keep(turn, campaign, int(number)) if campaign is not None else None


def begin(turn: Turn) -> Answer:
    """The button under an open question: the next text is the answer."""
    campaign, _ = _meant(turn)
    question = campaign.draft.question if campaign is not None else None
    if campaign is None or question is None or question.kind is not Asks.OPEN:
        return _over(turn)
    if turn.conversation.step not in (None, WORDS):
        return aside(say("campaigns/later", "menu.home"))
    text = say("campaigns/ask", f"campaign.skip:{campaign.id}", asked=question.asked)
    return ask(WORDS, text, campaign=campaign.id)


def read_words(turn: Turn) -> Answer:
    if wants_out(turn.text):
        return skip(turn)
    if answered := elsewhere(turn):
        return answered
    campaign = campaigns.get(turn.conn, int(turn.draft.get("campaign", 0)))
    if campaign is None:
        return _over(turn)
    _put(turn, campaign, None, turn.text.strip()[:WORDS_MOST])
    return done(say("campaigns/thanks", *DONE))


def skip(turn: Turn) -> Answer:
    if turn.conversation.step not in (None, WORDS):
        return aside(say("campaigns/skipped", *DONE))
    return done(say("campaigns/skipped", *DONE))


def press(turn: Turn) -> Answer:
    """A button an officer made: its answer, or thanks."""
    campaign, n = _meant(turn)
    if campaign is None or not 1 <= n <= len(campaign.draft.buttons):
        return _over(turn)
    if campaign.draft.buttons[n - 1].reply is None:
        return beside(turn, say("campaigns/thanks", *DONE))
    return beside(turn, say(campaign.message, press=n))


def _meant(turn: Turn) -> tuple[Campaign | None, int]:
    """The campaign of a button and the number behind it; None where this person never got it."""
    number, _, rest = argument(turn).partition(":")
    if not (number.isdecimal() and len(number) < 16):
        return None, 0
    me = turn.caregiver.id
    n = int(rest) if rest.isdecimal() and len(rest) < 4 else 0
    if not campaign_results.was_sent(turn.conn, int(number), me, tests=True):
        return None, 0
    return campaigns.get(turn.conn, int(number)), n


def _over(turn: Turn) -> Answer:
    return beside(turn, say("campaigns/over", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "campaign.answer": choose,
    "campaign.open": begin,
    "campaign.skip": skip,
    "campaign.press": press,
}
STEPS: dict[str, Handler] = {WORDS: read_words}
