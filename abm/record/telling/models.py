"""What happens to models: releases, products, base models, licences."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.wording import listing, money, times

DISCLOSED = ("weights", "code", "documentation", "data", "recipe", "post-training")
"""Components of disclosure, in the order in which a release's reason lists them."""


def _released(event: Occurrence) -> str:
    camp, version = event.text("camp"), event.number("version")
    model = f"{camp} model".strip()
    if version is None:
        return f"{event.actor} releases an {model}"
    if version <= 1:
        return f"{event.actor} puts its first {model} on the market"
    return f"{event.actor} releases version {version:.0f} of its {model}"


def _released_because(event: Occurrence) -> list[str]:
    said = [*_leads(event), *_gain(event)]
    cost = event.number("run_cost")
    if cost:
        said.append(f"The training run cost {money(cost)}.")
    if event.counterpart:
        said.append(f"It was trained on top of the open weights of {event.counterpart}.")
    return [*said, *_disclosed(event)]


def _leads(event: Occurrence) -> list[str]:
    """In what the model is the best."""
    camp, domains = event.text("camp"), event.reason.get("leads_domains") or []
    said = []
    if event.reason.get("leads_camp"):
        said.append(f"It is the best {camp} model on the market.")
    elif "leads_camp" in event.reason:
        said.append(f"It does not lead the {camp} models.")
    if domains:
        said.append(f"No model does better in {listing(domains)}.")
    return said


def _gain(event: Occurrence) -> list[str]:
    """How much better it is than the lab's last."""
    gain = event.number("gain")
    if gain is None:
        return []
    factor = times(10**gain)
    return [f"It is as if the lab's last model had been trained with {factor} the compute."]


def _disclosed(event: Occurrence) -> list[str]:
    """What the lab shows of how the model was made."""
    levels = event.reason.get("disclosure") or []
    shown = [name for name, level in zip(DISCLOSED, levels, strict=False) if level > 0]
    if not levels:
        return []
    return [
        f"The lab shows at least part of: {', '.join(shown)}."
        if shown
        else "The lab shows nothing of how it was made."
    ]


def _reused(event: Occurrence) -> str:
    base = event.counterpart or event.text("base")
    return f"{event.actor} builds on the weights of {base} for the first time"


def _reused_because(event: Occurrence) -> list[str]:
    cost = event.number("run_cost")
    said = ["A run on top of those weights beat one from scratch for the same money."]
    return said if cost is None else [*said, f"The run cost {money(cost)}."]


def _launched(event: Occurrence) -> str:
    segment = event.counterpart or event.text("segment")
    return f"{event.actor} brings out a product for the segment {segment}"


def _launched_because(event: Occurrence) -> list[str]:
    cost = money(event.amount)
    return [f"Of all segments it expected the most revenue there; the launch cost {cost}."]


def _relicensed(event: Occurrence) -> str:
    licence = event.text("to")
    now = f" to {licence}" if licence else ""
    return f"{event.actor} changes the licence of its weights{now}"


def _relicensed_because(event: Occurrence) -> list[str]:
    source, before = event.text("inherited_from"), event.text("from")
    said = [f"It was {before} before."] if before else []
    if source == event.actor:
        own = "Its new model descends from no other lab's weights, so its own licence holds again."
        said.insert(0, own)
    elif source:
        said.insert(0, f"Its new model is built on weights of {source}, whose licence binds it.")
    return said


TELLINGS = {
    "release": Telling(_released, _released_because),
    "base_reuse": Telling(_reused, _reused_because),
    "product_launch": Telling(_launched, _launched_because),
    "licence_change": Telling(_relicensed, _relicensed_because),
}
"""Tellings of what happens to models."""
