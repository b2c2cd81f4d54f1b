"""Recording rules, and tests of rules, judged by what they do."""

from .notices import Broken, NoticesBrokenRules
from .records import Records

__all__ = ["Broken", "NoticesBrokenRules", "Records"]
