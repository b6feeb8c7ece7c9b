"""Events: what happened, to whom, with a machine-readable reason."""

from typing import Any, NamedTuple

EVENT_KINDS = {
    "release": "a model is put on the market, or a new version of it",
    "hosted": "a cloud lists a model as a managed service",
    "delisted": "a cloud drops a model",
    "product_launch": "a product goes on the market",
    "licence_change": "a lab changes the licence of its weights",
    "base_reuse": "a lab builds on another's weights for the first time",
    "funding": "a financing round closes",
    "pivot": "focus breadth falls by two classes or more",
    "camp_change": "a lab turns from weights to an API, or back",
    "disclosure_change": "a lab changes what it discloses",
    "club": "a lab joins or leaves the reciprocal club",
    "held_back": "a lab keeps a model back, because it would answer for the release",
    "lawsuit": "rightsholders sue over training data",
    "settlement": "a suit ends",
    "ruling": "the legal question is settled for all",
    "divestment": "an owner stops covering a lab, which is for sale from then on",
    "acquisition": "a lab is bought",
    "blocked": "merger control blocks a purchase",
    "licence_and_hire": "a buyer hires most of a lab and licenses its models",
    "shutdown": "a lab closes without a buyer, in debt or of its own accord",
    "entry": "a new lab enters from outside",
    "spin_off": "a new lab is founded by leavers of another",
    "policy": "a policy comes into force or ends",
}
"""Kinds of events and what they mean."""


class Event(NamedTuple):
    """One event.

    Attributes:
        month: index of the month.
        kind: one of `EVENT_KINDS`.
        actor: lab that it happened to (the one sold, listed, funded).
        counterpart: the other side, if any.
        amount: USD m, a level or a count, as the kind has it.
        reason: what led to it, in numbers.
    """

    month: int
    kind: str
    actor: str
    counterpart: str
    amount: float
    reason: dict[str, Any]
