"""Sales of labs: purchases, licence-and-hire, purchases that merger control blocks."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.telling.finances import failed_rounds, given_up, raised, runway
from abm.record.wording import capital, money, percent


def _bought(event: Occurrence) -> str:
    return f"{event.actor} is bought by {event.counterpart} for {money(event.amount)}"


def _hired(event: Occurrence) -> str:
    moved = event.number("moved")
    share = "most" if moved is None else percent(moved)
    return (
        f"{event.counterpart} hires {share} of the people of {event.actor} and licenses its models "
        f"for {money(event.amount)}"
    )


def _blocked(event: Occurrence) -> str:
    sale = f"the sale of {event.actor} to {event.counterpart} for {money(event.amount)}"
    if event.text("outcome") == "lapsed":
        return f"{capital(sale)} comes to nothing"
    return f"Merger control blocks {sale}"


def _sold_because(event: Occurrence) -> list[str]:
    return [
        *runway(event),
        *failed_rounds(event),
        *raised(event),
        *given_up(event),
        *_bids(event),
        *_price(event),
        *_route(event),
        *_review(event),
    ]


def _blocked_because(event: Occurrence) -> list[str]:
    return [*_review(event), *runway(event), *failed_rounds(event), *_bids(event)]


def _review(event: Occurrence) -> list[str]:
    """What merger control did, if it looked into the sale."""
    odds = event.number("block_probability")
    if event.text("outcome") == "lapsed":
        return [
            "While merger control looked into it, one of the two went out of business, "
            "or the buyer ran short of money."
        ]
    if odds is None:
        return []
    if event.kind == "acquisition":
        return [f"Merger control cleared it; the odds of a block had been {percent(odds)}."]
    return [f"The odds of that were {percent(odds)}.", *_concentration(event)]


def _concentration(event: Occurrence) -> list[str]:
    hhi, delta = event.number("hhi"), event.number("delta_hhi")
    if hhi is None or delta is None:
        return []
    return [
        f"The market's concentration (HHI) was {hhi:,.0f} and would have risen by {delta:,.1f}."
    ]


def _bids(event: Occurrence) -> list[str]:
    """Who offered what, and from what price the board sold."""
    bids: dict[str, float] = event.reason.get("bids") or {}
    reserve = event.number("reserve")
    said = []
    if bids:
        ranked = sorted(bids.items(), key=lambda bid: -bid[1])
        offers = ", ".join(f"{name} {money(bid)}" for name, bid in ranked)
        said.append(f"The highest bids: {offers}.")
    if reserve is not None:
        said.append(f"Its board would sell from {money(reserve)}.")
    return said


def _price(event: Occurrence) -> list[str]:
    """How the price came about."""
    second, reserve = event.number("runner_up"), event.number("reserve")
    if second is None or reserve is None:
        return []
    if second > 0:
        return ["The price is the second bid, as in any ascending auction."]
    return ["Nobody else offered that much, so the two bargained between reserve and bid."]


def _route(event: Occurrence) -> list[str]:
    """Why a purchase, or why licence-and-hire."""
    cost, residual = event.number("review_cost"), event.number("residual_value")
    if cost is None or residual is None:
        return []
    if event.kind == "licence_and_hire":
        return [
            f"Not a purchase: the risk that merger control delays or blocks it would have cost "
            f"{money(cost)}, more than the {money(residual)} that is left behind by hiring.",
            *_people(event),
        ]
    if cost == 0:
        return ["The deal was too small for merger control, so it bought the whole firm."]
    if event.number("hires_reviewed"):
        return ["A purchase: under the rules in force licence-and-hire is reviewed just the same."]
    return [
        f"A purchase rather than licence-and-hire: the risk in merger control cost {money(cost)}, "
        f"less than the {money(residual)} that hiring alone would have left behind."
    ]


def _people(event: Occurrence) -> list[str]:
    people = event.number("people")
    return [] if people is None else [f"About {people:.0f} researchers moved; a shell stays."]


TELLINGS = {
    "acquisition": Telling(_bought, _sold_because),
    "licence_and_hire": Telling(_hired, _sold_because),
    "blocked": Telling(_blocked, _blocked_because),
}
"""Tellings of sales."""
