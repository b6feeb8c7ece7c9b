"""Reports: one page of HTML out of a folder of results, with nothing to fetch from anywhere."""

from abm.report.report import write_report

__all__ = ["write_report"]
