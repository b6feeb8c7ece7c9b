"""Decisions of labs: pivots, changes of camp, what they disclose."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.telling.finances import runway
from abm.record.wording import count, listing, money, percent

_LEVELS = {0.0: "nothing", 0.25: "a little", 0.5: "half", 0.75: "most", 1.0: "all"}


def _pivoted(event: Occurrence) -> str:
    domains = event.reason.get("domains") or []
    goal = listing(domains) if domains else count(int(event.amount), "domain")
    return f"{event.actor} narrows its focus to {goal}"


def _turned(event: Occurrence) -> str:
    if event.amount >= 0.5:
        return f"{event.actor} stops releasing weights and sells an API only"
    return f"{event.actor} begins to release its weights"


def _disclosed(event: Occurrence) -> str:
    component = event.text("dimension").replace("_", "-")
    now, before = event.number("to"), event.number("from")
    level = _LEVELS.get(event.amount if now is None else now, percent(event.amount))
    was = "" if before is None else f" instead of {_LEVELS.get(before, percent(before))}"
    return f"{event.actor} discloses {level} of its {component or 'work'}{was}"


def _pivoted_because(event: Occurrence) -> list[str]:
    moved = event.number("moved")
    if moved is not None:
        return [
            f"{percent(moved)} of its people had just left in a licence-and-hire deal.",
            "What remains is enough for one domain.",
        ]
    return _decided_because(event)


def _decided_because(event: Occurrence) -> list[str]:
    return [*_copied(event), *_alternatives(event), *runway(event)]


def _copied(event: Occurrence) -> list[str]:
    peer = event.text("copied_from")
    return [f"It copied {peer}, a lab that did better."] if peer else []


def _alternatives(event: Occurrence) -> list[str]:
    """What the lab believed each alternative would be worth."""
    values: dict[str, float] = event.reason.get("alternatives") or {}
    if not values:
        return []
    ranked = sorted(values.items(), key=lambda choice: -choice[1])
    shown = "; ".join(f"{_choice(event, name)} {money(value)}" for name, value in ranked)
    said = [f"What it expected each choice to be worth over the coming year: {shown}."]
    best = ranked[0][0]
    if not event.text("copied_from") and best != event.text("to"):
        said.append(
            f"Not the best of them ({_choice(event, best)}): what it learnt in earlier reviews, "
            "and chance, count as well."
        )
    return said


def _choice(event: Occurrence, name: str) -> str:
    """An alternative in words."""
    dimension = event.text("dimension")
    if dimension == "focus":
        return count(int(float(name)), "domain")
    if dimension == "camp":
        return "open weights" if name == "open" else "API only"
    try:
        return _LEVELS.get(float(name), name)
    except ValueError:
        return name


TELLINGS = {
    "pivot": Telling(_pivoted, _pivoted_because),
    "camp_change": Telling(_turned, _decided_because),
    "disclosure_change": Telling(_disclosed, _decided_because),
}
"""Tellings of labs' decisions."""
