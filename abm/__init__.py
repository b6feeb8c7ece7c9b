"""An agent-based simulation of the market for large language models."""
