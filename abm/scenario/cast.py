"""The cast of a scenario: labs, clouds and demand segments as they stand in the first month.

A number in a scenario file comes with a source: each entry of the cast has a table
``sources`` that names, per field, a publication or ``assumption: <the rule that filled it>``.
"""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from abm.scenario.fields import Section

COMPONENTS = ("weights", "code", "documentation", "data", "recipe", "post_training")
"""Components of disclosure, in the order of the columns."""

COMPONENT_WEIGHTS = (0.20, 0.10, 0.20, 0.25, 0.15, 0.10)
"""Weights of the components in the scalar reporting index (ordinal anchor: the FMTI)."""

LICENCES = ("permissive", "restricted", "no-hosting")
"""Licences of open weights: free to all, royalty-bearing when hosted, not to be hosted."""

REFERENCES = (
    ("labs", "focus", "domains"),
    ("labs", "exclusive_cloud", "clouds"),
    ("labs", "product", "segments"),
    ("labs", "builds_on", "labs"),
    ("clouds", "catalogue", "labs"),
    ("clouds", "own_lab", "labs"),
    ("segments", "needs", "domains"),
)
"""List, field of its entries, and the list in which the named must stand."""


def quantity(default: Any, doc: str, unit: str, **bounds: Any) -> Any:
    """Declare a starting condition with its unit."""
    return Field(default, description=doc, json_schema_extra={"unit": unit}, **bounds)


class DisclosureSpec(Section):
    """How much of each component a lab discloses (0 nothing, 1 all)."""

    weights: float = quantity(0.0, "Model weights.", "1", ge=0, le=1)
    code: float = quantity(0.0, "Training and data-processing code.", "1", ge=0, le=1)
    documentation: float = quantity(0.0, "Documentation of the data.", "1", ge=0, le=1)
    data: float = quantity(0.0, "The training data itself.", "1", ge=0, le=1)
    recipe: float = quantity(0.0, "Pretraining recipe.", "1", ge=0, le=1)
    post_training: float = quantity(0.0, "Post-training data and recipe.", "1", ge=0, le=1)


class FlagshipSpec(Section):
    """The model that a lab has on the market in the first month."""

    name: str = Field("", description="Name of the model, for the reader.")
    compute: float = quantity(..., "Log10 of the training compute.", "log10 FLOP", ge=18, le=28)
    cost: float = quantity(0.0, "Cost of the final run, amortised basis.", "USD m", ge=0)
    age: int = quantity(0, "Months since its release.", "months", ge=0)


class LabSpec(Section):
    """A lab's endowments in the first month. Types are endowments only."""

    name: str = Field(..., min_length=1, description="Name; it steers nothing.")
    camp: Literal["open", "closed"] = Field(
        "open", description="How the lab releases at the start: weights, or an API only."
    )
    researchers: float = quantity(..., "Researchers who train LLMs.", "people", gt=0)
    staff: float = quantity(0.0, "Other staff.", "people", ge=0)
    cash: float = quantity(..., "Liquid funds.", "USD m", ge=0)
    raised: float = quantity(0.0, "Equity raised so far (preference stack).", "USD m", ge=0)
    parent: str = Field("", description="Owner or sponsor, for the reader.")
    parent_budget: float = quantity(
        0.0, "What the owner or sponsor pays in a month.", "USD m/month", ge=0
    )
    parent_users: float = quantity(
        0.0, "Users of the owner's own products that the models serve.", "m users", ge=0
    )
    owned: bool = Field(False, description="Whether a parent holds control (not for sale).")
    exclusive_cloud: str = Field(
        "", description="The only cloud that may host the lab's closed models, if any."
    )
    flagship: FlagshipSpec | None = Field(
        None, description="The model on the market in the first month; absent if none yet."
    )
    algorithms: float | None = quantity(
        None,
        "Algorithmic knowledge a relative to the frontier; absent: steady-state rule.",
        "OOM",
        ge=-3,
        le=1,
    )
    data_stock: float = quantity(10.0, "Stock Q of curated data.", "Q0", ge=0)
    encumbered: float = quantity(
        0.5, "Share of the training data under third-party rights.", "1", ge=0, le=1
    )
    comparisons: float = quantity(0.0, "Stock F of post-training data.", "m comparisons", ge=0)
    focus: list[str] = Field(
        default_factory=list, description="Domains of focus; empty: general purpose."
    )
    disclosure: DisclosureSpec = Field(
        default_factory=DisclosureSpec, description="Disclosure by component."
    )
    licence: Literal["permissive", "restricted", "no-hosting"] = Field(
        "permissive", description="Licence of open weights."
    )
    product: str = Field(
        "", description="Segment that the lab's product serves; empty: no product."
    )
    seats: float = quantity(0.0, "Paying-equivalent seats of the product.", "m seats", ge=0)
    gpu_farm: float = quantity(
        0.0, "Owned or committed compute at market rental rates.", "USD m/month", ge=0
    )
    builds_on: str = Field("", description="Lab whose open model it builds on, if any.")
    sources: dict[str, str] = Field(
        default_factory=dict, description="Source or assumption of each field."
    )

    @model_validator(mode="after")
    def _consistent(self) -> "LabSpec":
        if self.camp == "open" and self.flagship is not None and self.disclosure.weights == 0:
            raise ValueError("an open lab with a flagship discloses weights (disclosure.weights)")
        if self.seats > 0 and not self.product:
            raise ValueError("seats need a product (the segment that it serves)")
        return self


class CloudSpec(Section):
    """A cloud that sells models as a managed service."""

    name: str = Field(..., min_length=1, description="Name; it steers nothing.")
    cash: float = quantity(..., "Funds for deals and for its own models.", "USD m", ge=0)
    inflow: float = quantity(
        0.0, "Free cash that the rest of the business brings in.", "USD m/month", ge=0
    )
    customers: float = quantity(..., "Share of customers at home on it.", "1", ge=0, le=1)
    own_lab: str = Field("", description="Lab that the cloud's owner controls, if any.")
    catalogue: list[str] = Field(
        default_factory=list, description="Labs whose models it lists as managed at the start."
    )
    sources: dict[str, str] = Field(
        default_factory=dict, description="Source or assumption of each field."
    )


class SegmentSpec(Section):
    """A demand segment: budgets, needs and tastes of the communities in it."""

    name: str = Field(..., min_length=1, description="Name; it steers nothing.")
    kind: Literal["developer", "enterprise", "consumer", "public"] = Field(
        ..., description="Whose money it is: enterprise counts in the surveys' workloads."
    )
    share: float = quantity(..., "Share of the communities.", "1", gt=0, le=1)
    budget: float = quantity(..., "Yearly spending on models at full adoption.", "USD m/year", ge=0)
    adoption: float = quantity(
        ..., "Share of the budget that is in play in the first month.", "1", gt=0, le=1
    )
    needs: dict[str, float] = Field(
        ..., description="Weight of each domain (normalised); domains left out weigh nothing."
    )
    requirement: float = quantity(
        ..., "Capability that is half good enough at the start.", "OOM", ge=20, le=30
    )
    hazard: float = quantity(
        ..., "Share of use that is reconsidered in a month.", "1/month", gt=0, le=1
    )
    privacy: float = quantity(0.0, "Taste for local use.", "1", ge=0, le=2)
    price_taste: float = quantity(1.0, "Price sensitivity relative to the mean.", "1", gt=0)
    seats: float = quantity(0.0, "Potential seats of products.", "m seats", ge=0)
    arpu: float = quantity(0.0, "Revenue per seat.", "USD/seat/month", ge=0)
    sources: dict[str, str] = Field(
        default_factory=dict, description="Source or assumption of each field."
    )

    @field_validator("needs")
    @classmethod
    def _weighs(cls, value: dict[str, float]) -> dict[str, float]:
        if any(weight < 0 for weight in value.values()) or not any(value.values()):
            raise ValueError("weights must be at least 0, and one of them above 0")
        return value
