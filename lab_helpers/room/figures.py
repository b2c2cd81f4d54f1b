"""The page's figures, each the answer of Prometheus to a query that the page shows as well."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from lab_helpers.room.metrics import RoomCollector

#: What the page asks, by the name of the figure.
QUERIES = {
    "learners": "room_learners",
    "active": "count(time() - room_learner_last_check_timestamp_seconds < 300)",
    "pace": "sum(rate(room_checks_total[1m])) * 60",
    "solved": 'sum(room_checks_total{outcome="solved"})',
    "where": "max by (exercise, learner) (room_learner_missed)",
    "stopped": "sort_desc(count by (exercise) (room_learner_missed >= 3))",
    "wrong": "topk(6, sum by (exercise, diagnosis) (room_wrong_answers_total))",
    "quiet": "topk(6, time() - room_learner_last_check_timestamp_seconds > 600)",
}
_REACHED = 'up{job="room"}'
_KEPT = 1.5  # seconds that an answer is good for, however many look at the page


class Figures:
    """What Prometheus answers, asked at most once in `_KEPT` seconds.

    titles: of the exercises, by number.
    prometheus: its address; "" as long as there is none, and then `problem` says why.
    """

    def __init__(self, metrics: RoomCollector, titles: dict[str, str]) -> None:
        self.metrics = metrics
        self.titles = titles
        self.prometheus = ""
        self.problem = "Prometheus is being started."
        self._at = 0.0
        self._last: dict[str, Any] = {}
        self._lock = asyncio.Lock()

    async def now(self) -> dict[str, Any]:
        """The figures: series as `[labels, value]`, by the name of the query."""
        async with self._lock:
            if time.monotonic() - self._at > _KEPT:
                self._last = await self._ask()
                self._at = time.monotonic()
            return self._last

    async def _ask(self) -> dict[str, Any]:
        if not self.prometheus:
            return {"problem": self.problem}
        try:
            reached, *answers = await asyncio.gather(
                *map(self._query, (_REACHED, *QUERIES.values()))
            )
        except (HTTPClientError, OSError, ValueError, LookupError) as problem:
            return {
                "problem": f"Prometheus does not answer ({problem}). The room counts on: nothing "
                "is lost."
            }
        if [value for _, value in reached] == [0.0]:
            return {
                "problem": "Prometheus does not reach the room from its container: is the engine "
                "on another machine? The room counts on: nothing is lost."
            }
        named = {labels.get("exercise", "") for answer in answers for labels, _ in answer}
        titles = {number: self.titles[number] for number in sorted(named & self.titles.keys())}
        return {"problem": "", "titles": titles, **dict(zip(QUERIES, answers, strict=True))}

    async def _query(self, expr: str) -> list[Any]:
        asked = f"{self.prometheus}/api/v1/query?query={quote(expr)}"
        answer = await AsyncHTTPClient().fetch(asked, request_timeout=5)
        found = json.loads(answer.body)["data"]["result"]
        return [[series["metric"], float(series["value"][1])] for series in found]
