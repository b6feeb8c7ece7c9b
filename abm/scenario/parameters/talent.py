"""Parameters of the mechanism `talent`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


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
        gt=0,
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
