"""Parameters of firms as firms: capital, deals, entry, strategy, law, talent, books."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Capital(Mechanism):
    """Capital climate, staged rounds, runway, dilution."""

    start_climate: float = param(
        1.6,
        "Capital climate K in the first month (1 = normal).",
        unit="1",
        low=1.2,
        high=2.0,
        gt=0,
        source=JUDGEMENT,
    )
    reversion: float = param(
        0.06,
        "Monthly mean reversion kK of the climate.",
        unit="1/month",
        low=0.02,
        high=0.12,
        le=1,
        source=JUDGEMENT,
    )
    momentum: float = param(
        0.04,
        "Response chi of the climate to exits, surprises and disappointments.",
        unit="1",
        low=0.0,
        high=0.1,
        source=JUDGEMENT,
    )
    expected_growth: float = param(
        1.0,
        "Yearly growth of labs' revenue that investors expect in a normal climate.",
        unit="1/year",
        low=0.5,
        high=2.0,
        gt=0,
        source="a revenue multiple of 20 pays only if revenue doubles for years; judgement",
    )
    noise: float = param(
        0.06,
        "Monthly shock sig_K of the climate.",
        unit="1",
        low=0.0,
        high=0.12,
        source=JUDGEMENT,
    )
    hazard: float = param(
        0.03,
        "Monthly success hazard hF of a round attempt in a normal climate.",
        unit="1/month",
        low=0.015,
        high=0.06,
        le=1,
        source="Carta: median seed to A 420 days hot, 774 cold",
    )
    trigger_runway: float = param(
        9.0,
        "Runway below which a lab tries to raise.",
        unit="months",
        low=6,
        high=12,
        source="Gompers 1995; judgement",
    )
    trigger_gain: float = param(
        0.3,
        "Gain of a new release that makes a lab try to raise.",
        unit="OOM",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    rank_weight: float = param(
        2.0,
        "Weight b1 of a lab's rank in capability (1 best, 0 last).",
        unit="utils",
        low=0.5,
        high=4,
        source=JUDGEMENT,
    )
    growth_weight: float = param(
        1.0,
        "Weight b2 of log revenue growth.",
        unit="utils",
        low=0.3,
        high=2,
        source=JUDGEMENT,
    )
    product_weight: float = param(
        0.5,
        "Weight b3 of having a product.",
        unit="utils",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    renown_weight: float = param(
        0.5,
        "Weight b4 of renown.",
        unit="utils",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    kill_zone: float = param(
        0.4,
        "Share by which rounds get rarer where an incumbent with all customers has just bought.",
        unit="1",
        low=0.0,
        high=0.5,
        le=1,
        source="Kamepalli et al. 2020: 40% less; Prado 2021: more; judgement",
    )
    intercept: float = param(
        -1.8,
        "Intercept b0: places the mean lab at the mean hazard.",
        unit="utils",
        low=-3,
        high=0,
        ge=None,
        source=JUDGEMENT,
    )
    months_bought: float = param(
        18.0,
        "Months of planned burn that a round is sized for.",
        unit="months",
        low=12,
        high=24,
        gt=0,
        source="venture practice; judgement",
    )
    max_dilution: float = param(
        0.25,
        "Largest share of the firm sold in one round.",
        unit="1",
        low=0.15,
        high=0.35,
        gt=0,
        le=0.9,
        source="venture practice: 15-25%",
    )
    revenue_multiple: float = param(
        20.0,
        "Value of a dollar of yearly revenue in a normal climate.",
        unit="1",
        low=8,
        high=40,
        source="OpenAI: USD 29bn at 1.3bn revenue, 2023",
    )
    talent_value: float = param(
        5.0,
        "Value v_tal of one researcher.",
        unit="USD m",
        low=2,
        high=20,
        source="Inflection 2024: 650m for most of 70 staff",
    )
    option_value: float = param(
        3000.0,
        "Value v_opt of standing at the frontier of the whole scorecard.",
        unit="USD m",
        low=1000,
        high=10000,
        source="Inflection USD 4bn, Adept 1bn; judgement",
    )
    strategic_share: float = param(
        0.3,
        "Share of rounds led by a cloud that hosts or could host the lab.",
        unit="1",
        low=0.0,
        high=0.6,
        le=1,
        source="Amazon and Google in Anthropic; judgement",
    )
    compute_credit: float = param(
        0.6,
        "Share of a cloud-led round that is committed to that cloud's compute.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source="press, weak",
    )


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


class Entry(Mechanism):
    """Entry of new labs and spin-offs."""

    rate: float = param(
        0.35,
        "Expected entrants in a month in a normal climate.",
        unit="labs/month",
        low=0.1,
        high=0.8,
        source=JUDGEMENT,
    )
    profit_weight: float = param(
        0.5,
        "Weight bE of the expected value of an entrant relative to its cost.",
        unit="1",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    inheritance: float = param(
        0.7,
        "Share kap of its parent's knowledge that a spin-off takes along.",
        unit="1",
        low=0.4,
        high=0.9,
        le=1,
        source="Klepper 2007",
    )
    spin_off_share: float = param(
        0.7,
        "Share of entrants founded by leavers of a living lab.",
        unit="1",
        low=0.4,
        high=0.9,
        le=1,
        source="Klepper 2007; judgement",
    )
    outsider_gap: float = param(
        0.3,
        "Algorithmic lag of an outsider's lab behind the median lab.",
        unit="OOM",
        low=0.0,
        high=0.8,
        source=JUDGEMENT,
    )
    outsider_data: float = param(
        0.3,
        "Data of an outsider's lab relative to the median lab.",
        unit="1",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    carried_feedback: float = param(
        0.1,
        "Share of a parent's feedback stock that founders can rebuild at once.",
        unit="1",
        low=0.0,
        high=0.3,
        le=1,
        source=JUDGEMENT,
    )
    disruption_half: float = param(
        50.0,
        "Freed founders at which half of the disruption effect sets in.",
        unit="people",
        low=20,
        high=150,
        gt=0,
        source=JUDGEMENT,
    )
    disruption_decay: float = param(
        0.2,
        "Monthly share of freed founders who settle elsewhere.",
        unit="1/month",
        low=0.05,
        high=0.5,
        le=1,
        source=JUDGEMENT,
    )
    founders_stake: float = param(
        0.8,
        "Share of the firm that founders keep after the seed round.",
        unit="1",
        low=0.7,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    seed_round: float = param(
        25.0,
        "Seed money of an entrant in a normal climate.",
        unit="USD m",
        low=5,
        high=60,
        gt=0,
        source="Contextual 20m, Reka 58m, Mistral 113m: company releases, 2023",
    )
    founders: float = param(
        12.0,
        "Researchers of an entrant.",
        unit="people",
        low=5,
        high=25,
        gt=0,
        source="xAI 12, Mistral about 20 people: company releases, 2023",
    )
    max_labs: int = param(
        96,
        "Rows for labs, living and gone (a size of the tables, not a behaviour).",
        unit="labs",
        low=64,
        high=128,
        ge=1,
        source="design",
    )


class Strategy(Mechanism):
    """Experience-weighted attraction with foregone payoffs and imitation."""

    review_months: int = param(
        6,
        "Months between a lab's strategy reviews (staggered).",
        unit="months",
        low=3,
        high=12,
        ge=1,
        source="design",
    )
    memory: float = param(
        0.9,
        "Decay phi of attractions.",
        unit="1",
        low=0.7,
        high=1.0,
        le=1,
        source="Camerer & Ho 1999",
    )
    foregone: float = param(
        0.5,
        "Weight delta of foregone payoffs.",
        unit="1",
        low=0.2,
        high=0.9,
        le=1,
        source="Camerer & Ho 1999",
    )
    experience: float = param(
        0.9,
        "Decay rho of the experience count.",
        unit="1",
        low=0.7,
        high=1.0,
        le=1,
        source="Camerer & Ho 1999",
    )
    precision: float = param(
        2.0,
        "Precision lambda of the logit over attractions (unit-sd payoffs).",
        unit="1",
        low=0.5,
        high=5,
        source=JUDGEMENT,
    )
    forecast_error: float = param(
        0.3,
        "Relative standard deviation of projected payoffs.",
        unit="1",
        low=0.0,
        high=0.6,
        source=JUDGEMENT,
    )
    imitation: float = param(
        0.2,
        "Probability that a review copies a better-performing peer instead.",
        unit="1",
        low=0.0,
        high=0.5,
        le=1,
        source=JUDGEMENT,
    )
    imitation_noise: float = param(
        0.5,
        "Temperature T of the Fermi rule of imitation (values in log units).",
        unit="1",
        low=0.1,
        high=2.0,
        gt=0,
        source="Traulsen et al. 2006; judgement",
    )
    horizon: float = param(
        12.0,
        "Months over which alternatives are projected.",
        unit="months",
        low=6,
        high=24,
        gt=0,
        source="design",
    )


class Litigation(Mechanism):
    """Suits over training data, by component of disclosure."""

    hazard: float = param(
        0.002,
        "Monthly hazard hL of being sued at no disclosure and no revenue.",
        unit="1/month",
        low=0.0005,
        high=0.005,
        le=1,
        source="suits filed in 2023 against some 30 developers; judgement",
    )
    disclosure_weight: float = param(
        1.5,
        "Weight g_D of disclosed encumbered data.",
        unit="1",
        low=0.5,
        high=3.0,
        source=JUDGEMENT,
    )
    revenue_weight: float = param(
        0.3,
        "Weight g_R of log yearly revenue: deep pockets attract suits.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    bandwagon: float = param(
        0.02,
        "Weight g_N of suits pending in the market.",
        unit="1",
        low=0.0,
        high=0.1,
        source=JUDGEMENT,
    )
    defence: float = param(
        0.5,
        "Monthly cost of defence.",
        unit="USD m/month",
        low=0.3,
        high=1.0,
        source=JUDGEMENT,
    )
    duration: int = param(
        18,
        "Months until a suit ends.",
        unit="months",
        low=12,
        high=30,
        ge=1,
        source=JUDGEMENT,
    )
    settle: float = param(
        0.6,
        "Probability that a suit ends in a payment.",
        unit="1",
        low=0.4,
        high=0.8,
        le=1,
        source=JUDGEMENT,
    )
    cash_cap: float = param(
        0.15,
        "Share phi_c of cash that damages can take.",
        unit="1",
        low=0.05,
        high=0.4,
        le=1,
        source=JUDGEMENT,
    )
    per_work: float = param(
        0.003,
        "Payment per work.",
        unit="USD m",
        low=0.001,
        high=0.005,
        source="settlements reported at about USD 3000 a work; judgement",
    )
    works: float = param(
        50000.0,
        "Works in a typical claim.",
        unit="works",
        low=1000,
        high=500000,
        source=JUDGEMENT,
    )
    resolution: float = param(
        0.02,
        "Monthly hazard that the legal question is settled for all.",
        unit="1/month",
        low=0.005,
        high=0.05,
        le=1,
        source=JUDGEMENT,
    )
    cleared: float = param(
        0.6,
        "Probability that it is settled in favour of training.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    cleared_factor: float = param(
        0.2,
        "Hazard relative to today once training is cleared.",
        unit="1",
        low=0.05,
        high=0.5,
        source=JUDGEMENT,
    )
    adverse_factor: float = param(
        2.5,
        "Hazard relative to today once training is held unlawful.",
        unit="1",
        low=1.5,
        high=5,
        source=JUDGEMENT,
    )


class Talent(Mechanism):
    """Hiring, quits and renown."""

    hiring: float = param(
        0.10,
        "Share of openings that a lab of mean appeal fills in a month.",
        unit="1/month",
        low=0.05,
        high=0.25,
        le=1,
        source=JUDGEMENT,
    )
    renown_weight: float = param(
        1.0,
        "Weight b_r of renown for candidates.",
        unit="utils",
        low=0.3,
        high=2.0,
        source=JUDGEMENT,
    )
    pay_weight: float = param(
        2.0,
        "Weight b_pay of log relative wage.",
        unit="utils",
        low=0.5,
        high=4.0,
        source=JUDGEMENT,
    )
    shortage: float = param(
        0.1,
        "Unfilled openings, relative to staff, at which a lab raises its pay.",
        unit="1",
        low=0.05,
        high=0.3,
        source=JUDGEMENT,
    )
    wage_step: float = param(
        0.02,
        "Monthly step of pay toward where it fills its openings.",
        unit="1/month",
        low=0.005,
        high=0.05,
        le=1,
        source=JUDGEMENT,
    )
    highest_wage: float = param(
        2.0,
        "Highest pay relative to the market.",
        unit="1",
        low=1.2,
        high=4.0,
        ge=1,
        source=JUDGEMENT,
    )
    fastest_growth: float = param(
        0.25,
        "Largest monthly growth of a research team.",
        unit="1/month",
        low=0.1,
        high=0.5,
        source=JUDGEMENT,
    )
    pool: float = param(
        1000.0,
        "Researchers outside the labs who would join one, at the start.",
        unit="people",
        low=200,
        high=4000,
        source=JUDGEMENT,
    )
    graduates: float = param(
        100.0,
        "Researchers who join that pool from outside in a month.",
        unit="people/month",
        low=30,
        high=400,
        source=JUDGEMENT,
    )
    layoffs: float = param(
        0.1,
        "Share of researchers that a lab lets go in a month when it would otherwise soon run dry.",
        unit="1/month",
        low=0.0,
        high=0.25,
        le=1,
        source=JUDGEMENT,
    )
    quits: float = param(
        0.015,
        "Monthly quits q0 of a lab without renown.",
        unit="1/month",
        low=0.005,
        high=0.03,
        le=1,
        source=JUDGEMENT,
    )
    quit_renown: float = param(
        0.5,
        "Effect b_q2 of renown on quits.",
        unit="1",
        low=0.1,
        high=1.0,
        source=JUDGEMENT,
    )
    renown_decay: float = param(
        0.15,
        "Monthly decay of renown.",
        unit="1/month",
        low=0.08,
        high=0.25,
        le=1,
        source=JUDGEMENT,
    )
    leader_renown: float = param(
        1.0,
        "Renown from a release that leads its camp or a domain.",
        unit="1",
        low=0.5,
        high=2.0,
        source=JUDGEMENT,
    )
    open_renown: float = param(
        0.3,
        "Renown from any open release.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    wage: float = param(
        0.06,
        "Monthly cost of one researcher.",
        unit="USD m/month",
        low=0.05,
        high=0.08,
        source=JUDGEMENT,
    )
    staff_wage: float = param(
        0.02,
        "Monthly cost of one member of other staff, with overheads.",
        unit="USD m/month",
        low=0.012,
        high=0.03,
        source="Stability AI 2023: USD 54m for 190 staff",
    )
    payroll_share: float = param(
        0.5,
        "Share of planned spending that a lab is willing to have on its payroll.",
        unit="1",
        low=0.3,
        high=0.6,
        le=1,
        source="Cottier et al. 2024: staff 29-49% of cost",
    )


class Ledger(Mechanism):
    """Double-entry books."""

    tolerance: float = param(
        1e-9,
        "Largest residual of rows and columns relative to gross flow.",
        unit="1",
        low=1e-9,
        high=1e-9,
        gt=0,
        source="design",
    )
