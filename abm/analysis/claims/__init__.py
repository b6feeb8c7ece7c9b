"""The essay's thirty claims as executable tests: what emerges, by what, and what does not."""
