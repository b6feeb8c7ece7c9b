"""Pages of findings: what a study found, in Markdown, with all that made it."""
