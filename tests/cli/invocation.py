"""What the fixture `abm` is: arguments in, and the exit code and both outputs back."""

from collections.abc import Callable

Abm = Callable[..., tuple[int, str, str]]
