"""The shop's week as a page, a PDF and an e-mail, for people who never open a dashboard.

    report = Report.of(prometheus, "2026-W10")
    report.write("reports")
    deliver(report, inbox.smtp)

From PromQL to pandas (`figures`, `minutes`, `incidents`) to sentences, tables and pictures
(`content`, `pictures`), which are written as HTML, PDF and e-mail (`html`, `pdf`, `delivery`).
"""

from lab_helpers.report.delivery import deliver
from lab_helpers.report.report import Report
from lab_helpers.report.weeks import Week

__all__ = ["Report", "Week", "deliver"]
