"""Claims on who survives, and on the two futures (C17-C22)."""

from abm.analysis.claims import changes as c
from abm.analysis.claims.claim import Ablation, Claim, Term

FUTURES = (
    Claim(
        "C17",
        "To train a good model and release it, with no product, is no viable business.",
        "among open labs that start alike: share left at three years, with a product less without",
        (Term("product_survival_gap", (c.EQUAL_LABS,)),),
        sesoi=0.15,
        reason="one firm in seven; a hazard ratio of about 1.5 at the usual rates",
        ablations=(Ablation(c.DEEP_CAPITAL),),
        note="Labs may build a product later in either group.",
    ),
    Claim(
        "C18",
        "That open models keep up rests on one deep pocket.",
        "lag of the best open model around three years, without the richest open lab less with it",
        (Term("best_open_lag", (c.NO_RICH_LAB,)), Term("best_open_lag", weight=-1)),
        sesoi=3.0,
        reason="a quarter of a year: one generation of models",
        unit="months",
        ablations=(Ablation(c.EQUAL_LABS),),
    ),
    Claim(
        "C19",
        "Musical chairs: as money runs out the labs are bought one by one.",
        "share of the independents of the first month sold or hired away within three years",
        (Term("sold_share"),),
        sesoi=0.25,
        reason="one in four: enough to be called a consolidation",
        ablations=(Ablation(c.DEEP_CAPITAL),),
        note="Without bidders there are no sales by definition; money for all is the indirect "
        "ablation.",
    ),
    Claim(
        "C20",
        "Those survive who have large products, or earn with their hardware.",
        "rank correlation of product users at one year with being in business at the end",
        (Term("product_helps_survival"),),
        sesoi=0.2,
        reason="in 60 % of pairs the survivor has more users",
        unit="r",
        ablations=(Ablation(c.NO_FEEDBACK), Ablation(c.NO_RESALE)),
        placebo=c.NO_LITIGATION,
        note="Only the half about products is measured; hardware enters by its ablation.",
    ),
    Claim(
        "C21",
        "If the open labs share more, they take over.",
        "share of spending that goes to open models in the fourth year, if all share less as it is",
        (Term("late_open_share", (c.ALL_SHARE,)), Term("late_open_share", weight=-1)),
        sesoi=0.1,
        reason="ten points of the market; a take-over would need far more",
        ablations=(Ablation(c.SHOWING_TEACHES_NOTHING),),
    ),
    Claim(
        "C22",
        "Liability keeps labs from showing their data.",
        "disclosure of data by open labs in the third and fourth year, without suits less as it is",
        (Term("data_shown", (c.NO_LITIGATION,)), Term("data_shown", weight=-1)),
        sesoi=0.1,
        reason="nearly half a step of disclosure for every open lab",
        ablations=(Ablation(c.NO_CLAIMS_ON_DATA),),
    ),
)
