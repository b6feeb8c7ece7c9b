"""What happened: events with reasons, monthly tables, the run and its folder."""
