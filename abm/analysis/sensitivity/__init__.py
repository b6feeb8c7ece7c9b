"""Which assumptions move the outcomes, and how well each is founded."""
