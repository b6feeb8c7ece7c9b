"""The adoption step as a plain C loop, compiled on the spot: the practical limit."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
from catalogue import Array
from scipy.sparse import csr_array

from abm.market import Market
from abm.phases.outlook import Outlook

SOURCE = Path(__file__).with_name("adoption.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-nostartfiles")
"""Without the start files, fast mathematics would round tiny numbers to zero in all of Python."""


class Parameters(ctypes.Structure):
    """What the loop reads of `Demand`."""

    _fields_ = tuple(
        (name, ctypes.c_float) for name in ("quality", "network", "floor", "lineage", "model")
    )


def compiler() -> str | None:
    """The C compiler that there is, if any."""
    return shutil.which("gcc") or shutil.which("cc")


class CLoop:
    """The communities of a market in arrays for the loop.

    Args:
        market: market to copy.
        outlook: what is on offer.
        folder: where to put the compiled loop.
    """

    def __init__(self, market: Market, outlook: Outlook, folder: Path) -> None:
        library = folder / "adoption.so"
        command = [compiler() or "cc", *FLAGS, str(SOURCE), "-o", str(library), "-lm"]
        subprocess.run(command, check=True)
        self.adopt = ctypes.CDLL(str(library)).adopt
        p, table, rows = market.scenario.demand, market.communities, outlook.rows
        segment, clouds = table.segment, max(market.clouds.rows, 1)
        neighbours = csr_array(
            (market.ties.means.tocoo().data, market.ties.pairs()), shape=(table.rows, table.rows)
        )
        self.p = Parameters(p.quality, p.network, p.network_floor, p.nest_lineage, p.nest_model)
        self.use = table.use[:, rows].astype(np.float32, order="C")
        models = rows.size
        self.sizes = (
            table.rows,
            models,
            outlook.fit.shape[2],
            outlook.nests.families.size,
            outlook.nests.n_open,
        )
        self.inputs = [
            _ints(np.append(outlook.nests.families, models)),
            _floats(outlook.fit),
            _floats(outlook.hosts.value),
            _floats(table.needs),
            _ints(segment),
            _ints(segment * clouds + np.maximum(table.home, 0)),
            _floats(market.reconsiders()[segment]),
            _ints(neighbours.indptr),
            _ints(neighbours.indices),
            _floats(neighbours.data),
        ]
        self.scratch = [np.empty(models, dtype=np.float32) for _ in range(3)]

    def step(self) -> None:
        """Let every community reconsider."""
        arrays = [*self.inputs, self.use.copy(), self.use, *self.scratch]
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
        self.adopt(ctypes.byref(self.p), *self.sizes, *pointers)


def _floats(array: Array) -> Array:
    return np.ascontiguousarray(array, dtype=np.float32)


def _ints(array: Array) -> Array:
    return np.ascontiguousarray(array, dtype=np.int32)
