"""History matching: which parameters are not implausible, given the observed patterns."""
