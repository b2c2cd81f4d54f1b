"""The stage's visitors: the journeys of lab_helpers/traffic/journeys.py, without an end.

    python3 traffic.py http://nginx 10

Both arguments are needed: where to, and requests a second. Visitors come when the seed says so,
however long the shop takes to answer. Runs in a container of the shop's image.
"""

import http.client
import sys
import threading
import time
from collections import Counter
from queue import SimpleQueue
from urllib.parse import urlencode, urlsplit

from journeys import Request, plan  # type: ignore[import-not-found]

TIMEOUT = 5.0  # seconds without a byte after which an answer is given up
WORKERS = 64  # answers that are awaited at once
WAITING = 100  # requests that may wait for one of them; more are dropped
REPORT = 10.0  # seconds between two lines of the log
SEED = 1


def ask(netloc: str, request: Request) -> str:
    """Send one request, and return the status, or `failed` where there is no answer."""
    connection = http.client.HTTPConnection(netloc, timeout=TIMEOUT)
    headers = {"Cookie": f"visitor={SEED}-{request.visitor}"}
    body = None
    if request.method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(request.form)
    try:
        connection.request(request.method, request.route, body, headers)
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException):
        return "failed"
    finally:
        connection.close()


def main(url: str, rate: float) -> None:
    """Visit the shop at ``url`` for ever, with ``rate`` requests a second."""
    netloc = urlsplit(url).netloc
    due: SimpleQueue[Request] = SimpleQueue()
    outcomes: Counter[str] = Counter()

    def serve() -> None:
        while True:
            outcomes[ask(netloc, due.get())] += 1

    for _ in range(WORKERS):
        threading.Thread(target=serve, daemon=True).start()
    began = reported = time.monotonic()
    for request in plan(rate, SEED):
        time.sleep(max(0.0, began + request.due - time.monotonic()))
        if due.qsize() < WAITING:
            due.put(request)
        else:
            outcomes["dropped"] += 1
        if time.monotonic() - reported > REPORT:
            reported = time.monotonic()
            print(dict(outcomes), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
