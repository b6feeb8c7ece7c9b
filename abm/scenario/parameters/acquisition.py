"""Parameters of the mechanism `acquisition`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Acquisition(Mechanism):
    """Auctions, licence-and-hire, merger control."""

    seller_runway: float = param(
        6.0,
        "Runway below which a lab offers itself.",
        unit="months",
        low=3,
        high=9,
        source=JUDGEMENT,
    )
    capability_synergy: float = param(
        0.3,
        "Share of the capability gain that the buyer expects to realise.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    talent_synergy: float = param(
        1.0,
        "Value of the seller's researchers to the buyer, relative to v_tal.",
        unit="1",
        low=0.5,
        high=2.0,
        source="licence-and-hire deals of 2024",
    )
    integration: float = param(
        0.15,
        "Share of the value lost in integration.",
        unit="1",
        low=0.05,
        high=0.3,
        le=1,
        source=JUDGEMENT,
    )
    valuation_noise: float = param(
        0.35,
        "Standard deviation of the log of a bidder's valuation.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    board_reserve: float = param(
        0.3,
        "Share of the preference stack that the board insists on.",
        unit="1",
        low=0.0,
        high=1.0,
        source=JUDGEMENT,
    )
    control_premium: float = param(
        0.3,
        "Premium over investors' value that a board with cash in hand asks for.",
        unit="1",
        low=0.1,
        high=0.6,
        source="takeover premia of 20-50% (Eckbo 2009); judgement",
    )
    bilateral: float = param(
        0.4,
        "Seller's share beta of the surplus with a single bidder.",
        unit="1",
        low=0.2,
        high=0.6,
        le=1,
        source="Nash 1950; judgement",
    )
    business_synergy: float = param(
        0.5,
        "Value of the seller's revenue to a buyer, relative to investors' multiple.",
        unit="1",
        low=0.2,
        high=1.0,
        source=JUDGEMENT,
    )
    assembled_team: float = param(
        0.1,
        "Value of people in liquidation, relative to v_tal.",
        unit="1",
        low=0.0,
        high=0.3,
        le=1,
        source=JUDGEMENT,
    )
    cash_limit: float = param(
        0.25,
        "Share of a bidder's funds that one deal may take.",
        unit="1",
        low=0.1,
        high=0.5,
        le=1,
        source=JUDGEMENT,
    )
    deals_a_year: int = param(
        2,
        "Deals that one bidder can digest in twelve months.",
        unit="deals/year",
        low=1,
        high=3,
        ge=0,
        le=1000,
        source=JUDGEMENT,
    )
    notification: float = param(
        119.5,
        "Price above which a purchase is notifiable.",
        unit="USD m",
        low=100,
        high=150,
        source="US threshold 2024",
    )
    review_months: int = param(
        11,
        "Length of a significant merger investigation.",
        unit="months",
        low=9,
        high=13,
        ge=0,
        le=600,
        source="DAMITT: 10-12 months",
    )
    review_intercept: float = param(
        -4.0,
        "Intercept g0 of the probability that a merger is blocked.",
        unit="logit",
        low=-6,
        high=-2,
        ge=None,
        source=JUDGEMENT,
    )
    review_delta: float = param(
        0.01,
        "Weight g1 of the change in HHI (0-10000 points).",
        unit="logit/point",
        low=0.002,
        high=0.02,
        source=JUDGEMENT,
    )
    review_level: float = param(
        0.0005,
        "Weight g2 of the level of HHI (0-10000 points).",
        unit="logit/point",
        low=0.0,
        high=0.001,
        source=JUDGEMENT,
    )
    significant: float = param(
        0.35,
        "Probability that a notified deal is investigated in depth.",
        unit="1",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    hire_low: float = param(
        0.6,
        "Smallest share of researchers that move in a licence-and-hire deal.",
        unit="1",
        low=0.4,
        high=0.8,
        le=1,
        source="Adept: 66% of staff",
    )
    hire_high: float = param(
        0.9,
        "Largest share of researchers that move in a licence-and-hire deal.",
        unit="1",
        low=0.7,
        high=1.0,
        le=1,
        source="Inflection: most of 70 staff",
    )
    talent_leak: float = param(
        0.2,
        "Share of the bought lab's researchers who leave after a purchase.",
        unit="1",
        low=0.1,
        high=0.3,
        le=1,
        source=JUDGEMENT,
    )
