"""Recording rules, and tests of rules, judged by what they do."""

from lab_helpers.grading.judges.rules.notices import Broken, NoticesBrokenRules
from lab_helpers.grading.judges.rules.records import Records

__all__ = ["Broken", "NoticesBrokenRules", "Records"]
