"""Columns: an agent's attribute and its row of a table are the same number."""

from types import SimpleNamespace

import numpy as np
import pytest

from abm.agents.cloud import CloudHost
from abm.agents.columns import Column, Table, columns_of
from abm.agents.community import DeveloperCommunity
from abm.agents.lab import ClosedLab, Lab, OpenLab
from abm.agents.offer import Offer


class Being:
    """An agent without a market."""

    weight = Column("kg", "how heavy it is", fill=1.5)
    marks = Column("1", "marks by subject", shape=("subject",), dtype=np.int64)

    def __init__(self, table: Table, row: int) -> None:
        self.table, self.row = table, row


class Elephant(Being):
    tusks = Column("count", "tusks", dtype=np.int64, fill=2)


@pytest.fixture
def herd() -> Table:
    return Table(Elephant, rows=3, axes={"subject": 4})


def test_a_table_has_one_array_per_column_of_the_class_and_its_bases(herd: Table) -> None:
    assert list(herd.arrays) == ["weight", "marks", "tusks"]
    assert herd.weight.tolist() == [1.5, 1.5, 1.5]
    assert herd.marks.shape == (3, 4)
    assert herd.marks.dtype == np.int64
    assert herd.tusks.tolist() == [2, 2, 2]


def test_an_agent_reads_and_writes_its_row(herd: Table) -> None:
    agent = Elephant(herd, 1)
    agent.weight = 7.0
    agent.weight -= 1.0
    agent.marks[2] = 5
    assert herd.weight.tolist() == [1.5, 6.0, 1.5]
    assert herd.marks[1].tolist() == [0, 0, 5, 0]
    herd.weight[1] = 9.0
    assert agent.weight == 9.0


def test_assigning_a_column_writes_in_place_so_that_views_stay_valid(herd: Table) -> None:
    view = herd.weight
    herd.weight = np.array([1.0, 2.0, 3.0])
    assert view is herd.weight
    assert view.tolist() == [1.0, 2.0, 3.0]
    herd.weight = 0.0
    assert view.tolist() == [0.0, 0.0, 0.0]


def test_assigning_a_column_of_another_length_is_refused(herd: Table) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        herd.weight = np.ones(5)


def test_a_missing_axis_is_refused() -> None:
    with pytest.raises(KeyError, match="subject"):
        Table(Being, rows=2)


def test_a_column_of_the_class_tells_unit_and_meaning() -> None:
    assert isinstance(Being.weight, Column)
    assert (Being.weight.name, Being.weight.unit) == ("weight", "kg")


@pytest.mark.parametrize("cls", [Lab, OpenLab, ClosedLab, CloudHost, DeveloperCommunity, Offer])
def test_every_column_of_the_model_states_its_unit_and_meaning(cls: type) -> None:
    columns = columns_of(cls)
    assert columns
    assert all(column.unit and column.doc for column in columns.values())


def test_the_camps_of_a_lab_share_every_column() -> None:
    assert columns_of(OpenLab) == columns_of(ClosedLab) == columns_of(Lab)


def test_other_attributes_of_a_table_are_ordinary(herd: Table) -> None:
    herd.note = SimpleNamespace(text="new")
    assert herd.note.text == "new"
    assert "note" not in herd.arrays
