"""Columns: an agent's state, declared once on its class, stored as one array for all agents.

An agent reads and writes its own row as plain attributes; a mechanism works on whole columns.

    class Lab(TableAgent):
        cash = Column("USD m", "liquid funds")

    labs = Table(Lab, rows=64)
    labs.cash            # array, shape (64,)
    lab.cash -= 1.0      # the same array, the agent's row
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.market import Market


class Column:
    """One variable of a class of agents.

    Args:
        unit: unit of the value; ``1`` for a pure number.
        doc: what it means, in the field's standard terms.
        shape: names of further axes (``"domain"``, ``"component"``, ...), sized by the table.
        dtype: numpy type.
        fill: value of an unused row.
        wide: many rows by many columns of which few are in use: zero until written, stored column
            after column, so that those never written take no memory, in the table's precision.
    """

    def __init__(
        self,
        unit: str,
        doc: str,
        *,
        shape: tuple[str, ...] = (),
        dtype: Any = np.float64,
        fill: Any = 0,
        wide: bool = False,
    ) -> None:
        self.unit, self.doc, self.shape, self.dtype, self.fill = unit, doc, shape, dtype, fill
        self.wide = wide
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name."""
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        """Read the agent's row, plain where it is one number; on the class, the column itself."""
        if agent is None:
            return self
        if self.shape:
            return agent.table.arrays[self.name][agent.row]
        return agent.table.arrays[self.name].item(agent.row)

    def __set__(self, agent: Any, value: Any) -> None:
        """Write the agent's row."""
        agent.table.arrays[self.name][agent.row] = value


@cache
def columns_of(cls: type) -> dict[str, Column]:
    """Columns that a class declares, its bases first, in order of declaration."""
    found: dict[str, Column] = {}
    for base in reversed(cls.__mro__):
        found.update({k: v for k, v in vars(base).items() if isinstance(v, Column)})
    return found


class Table:
    """Struct of arrays with one row per agent of a class.

    Args:
        cls: class whose columns to hold.
        rows: number of rows, used and spare.
        axes: length of each further axis that the columns name.
        precision: numpy type of the wide columns.
    """

    def __init__(
        self,
        cls: type,
        rows: int,
        axes: dict[str, int] | None = None,
        precision: type[np.floating[Any]] = np.float64,
    ) -> None:
        sizes = axes or {}
        self.rows = rows
        self.arrays: dict[str, NDArray[Any]] = {}
        for name, column in columns_of(cls).items():
            shape = (rows, *(sizes[a] for a in column.shape))
            if column.wide:
                self.arrays[name] = np.zeros(shape, dtype=precision, order="F")
                continue
            array = self.arrays[name] = np.zeros(shape, dtype=column.dtype)
            if column.fill != 0:
                array.fill(column.fill)
        # Plain attributes make `labs.cash` as fast as any array; the arrays are never rebound.
        self.__dict__.update(self.arrays)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    def __setattr__(self, name: str, value: Any) -> None:
        """Write into a column in place, so that every view of it stays valid."""
        array = self.__dict__.get(name)
        if not isinstance(array, np.ndarray):
            object.__setattr__(self, name, value)
        elif value is not array:  # An operator in place has written already.
            array[...] = value


class Numbers:
    """Whole numbers from one on, as `itertools.count`, which Python 3.14 copies no more."""

    def __init__(self) -> None:
        self._last = 0

    def __next__(self) -> int:
        """The next number."""
        self._last += 1
        return self._last


class _Numbered:
    """Numbers of agents by model, each with the model itself."""

    def __getitem__(self, model: "Market") -> Numbers:
        return model.agent_numbers


class TableAgent(mesa.Agent):
    """A Mesa agent whose numbers live in one row of a table."""

    # Mesa 3.3 keeps every model alive for ever through what it has in this class attribute.
    _ids: Any = _Numbered()

    model: "Market"

    def __init__(self, model: "Market", table: Table, row: int) -> None:
        super().__init__(model)
        self.table = table
        self.row = row
