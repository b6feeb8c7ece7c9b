"""How many people can use the app at once."""

SEATS = 40
"""Sessions at once: each holds two markets, of about 2 MB at the default size."""


class Seats:
    """Counts who is there.

    Args:
        number: how many there may be.
    """

    def __init__(self, number: int = SEATS) -> None:
        self.number = number
        self._taken: set[str] = set()

    def take(self, session: str) -> bool:
        """Take a seat; whether there was one."""
        if len(self._taken) >= self.number:
            return False
        self._taken.add(session)
        return True

    def leave(self, session: str) -> None:
        """Give a seat back; who had none gives none."""
        self._taken.discard(session)

    @property
    def taken(self) -> int:
        """Sessions that are there."""
        return len(self._taken)
