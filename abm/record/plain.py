"""Data that JSON can hold."""

import math
from typing import Any


def plain(value: Any) -> Any:
    """The same data without NaN and infinity: what does not exist is None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
