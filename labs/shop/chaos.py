"""The workshop's lever on the shop: it makes pages slow, lets them fail, puts the clock wrong.

POST /chaos     `?latency=0.3&errors=0.1&clock=-60` delays every page by 0.3 s, lets a tenth of
                them fail, puts the clock back; GET says where it stands
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, jsonify, request

LIMITS = {"latency": (0, 10), "errors": (0, 1), "clock": (-86400, 86400)}
lever = dict.fromkeys(LIMITS, 0.0)
log = logging.getLogger("shop")
pages = Blueprint("chaos", __name__)


@pages.route("/chaos", methods=["GET", "POST"])
def chaos() -> Response:
    if request.method == "POST":
        for name, (least, most) in LIMITS.items():
            if name in request.args:
                value = request.args.get(name, float("nan"), type=float)
                if not least <= value <= most:
                    abort(400, f"{name} is a number from {least} to {most}")
                lever[name] = value
        log.info("the lever stands at %s", lever)
    return jsonify(lever)
