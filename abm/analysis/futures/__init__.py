"""The map of two futures: which worlds end how, whether there are two, and what tells early."""
