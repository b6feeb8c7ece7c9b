"""Claims on the long term: costs, niches, closing up, momentum (C23-C30)."""

from abm.analysis.claims import changes as c
from abm.analysis.claims.claim import Ablation, Claim, Term

SPECIALISING = (
    Claim(
        "C23",
        "Post-training widens the gap: its data come from products, and cannot be passed on.",
        "widening in three years of the gap in post-training, relative to the largest gain",
        (Term("post_training_gap"),),
        sesoi=0.1,
        reason="a tenth of all that post-training can give; about a month of the frontier",
        ablations=(Ablation(c.FEEDBACK_FROM_HOSTS),),
    ),
    Claim(
        "C24",
        "The growing cost of the frontier shuts small labs out of it.",
        "independents within three months of the best lab: how many fewer at three years",
        (Term("leaves_the_frontier"),),
        sesoi=1.0,
        reason="one lab: there are few at the start",
        unit="labs",
        ablations=(Ablation(c.DEEP_CAPITAL),),
        note="With flat costs the claim would be gone by definition; money for all is the indirect "
        "ablation.",
    ),
    Claim(
        "C25",
        "A niche lab tied to a product gets better faster, by what its users teach it.",
        "yearly gain in capability of open specialists with a product less of those without",
        (Term("niche_pace"),),
        sesoi=0.1,
        reason="a month of the frontier's progress a year",
        unit="OOM/year",
        ablations=(Ablation(c.NO_FEEDBACK),),
    ),
    Claim(
        "C26",
        "Open specialists win a tenth to a half of the scorecard and trail on the rest.",
        "share of runs in which the median open specialist does so at three years",
        (Term("specialists_win_a_slice"),),
        sesoi=0.5,
        reason="in most runs",
        unit="runs",
        ablations=(
            Ablation(c.FOCUS_IS_USELESS),
            Ablation(c.NO_NICHE_BONUS),
            Ablation(c.NO_REUSE),
        ),
        binary=True,
    ),
    Claim(
        "C27",
        "Head to head is not viable, so general-purpose labs narrow to a niche.",
        "share of general-purpose independents that pivot within three years",
        (Term("pivot_share"),),
        sesoi=0.15,
        reason="one firm in seven; with fewer it is an anecdote",
        ablations=(Ablation(c.FOCUS_IS_USELESS),),
        note="Whether pivots save the firm is not part of the test.",
    ),
    Claim(
        "C28",
        "The ablest providers grow more closed over time.",
        "fall of the rank correlation of capability and disclosure, first half-year to fourth year",
        (Term("closing_up"),),
        sesoi=0.1,
        reason="a change that moves the mean rank by about a twentieth of the field",
        unit="rho",
        ablations=(Ablation(c.NO_LITIGATION), Ablation(c.SHOWING_TEACHES_NOTHING)),
    ),
    Claim(
        "C29",
        "Privacy and local use sustain open models.",
        "open share of use where privacy matters most less where it matters least, last year",
        (Term("private_open_gap"),),
        sesoi=0.15,
        reason="fifteen points: what distinguishes a stronghold from a preference",
        ablations=(Ablation(c.DEAR_SELF_HOSTING),),
        note="Without a taste for privacy the claim would be gone by definition; a world in which "
        "nobody can run weights is the indirect ablation.",
    ),
    Claim(
        "C30",
        "Openness needs a concerted push: alone it dies, together it lasts.",
        "what a pushed lab still shows at three years, if all were pushed less if it alone was",
        (
            Term("sharer_keeps", (c.ALL_START_SHARING,)),
            Term("sharer_keeps", (c.ONE_SHARES,), -1),
        ),
        sesoi=0.2,
        reason="a fifth of what was shown; nearly one step of disclosure",
        ablations=(Ablation(c.SHOWING_TEACHES_NOTHING),),
        note="Two sizes of the push; no hysteresis is traced.",
    ),
)
