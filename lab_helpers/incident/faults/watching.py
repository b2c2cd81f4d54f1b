"""Faults of what watches: no visitor is hurt, and nothing pages."""

import json
import re
from typing import Any

import requests
import yaml

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.incident.trouble import Trouble, Where
from lab_helpers.setup.images import ROOT
from lab_helpers.stage.faults import Stage, execute

CATALOG = ROOT / "compose" / "consul-services.json"
RULES = ROOT / "labs" / "06_alertmanager" / "rules.yml"
NGINX = ROOT / "labs" / "shop" / "nginx.conf"
LOST_GROUP = "shop"  # the recording rules that ErrorsHigh and LatencyHigh read
# As nginx's page says it, with the numbers of one moment.
PAGE = (
    "Active connections: {nginx_connections_active:.0f} \\n"
    "server accepts handled requests\\n"
    " {nginx_connections_accepted:.0f} {nginx_connections_handled:.0f}"
    " {nginx_http_requests_total:.0f} \\n"
    "Reading: 0 Writing: 1 Waiting: 0 \\n"
)


def _deregister(stage: Stage, where: Where) -> None:
    for replica in where:
        _ask(stage, "consul", "PUT", f"/v1/agent/service/deregister/{replica}")


def _register(stage: Stage, where: Where) -> None:
    """Tell Consul of each again, as compose's file says, unless it knows it."""
    known = _ask(stage, "consul", "GET", "/v1/agent/services").json()
    for one in json.loads(CATALOG.read_text())["services"]:
        if one["id"] in where and one["id"] not in known:
            told: dict[str, Any] = {name.capitalize(): value for name, value in one.items()}
            told["ID"] = told.pop("Id")
            check = {"HTTP": one["check"]["http"], "Interval": one["check"]["interval"]}
            told["Check"] = {**check, "Timeout": one["check"]["timeout"], "Status": "passing"}
            _ask(stage, "consul", "PUT", "/v1/agent/service/register", json=told)


def _mute(stage: Stage, where: Where) -> None:
    rules = yaml.safe_load(RULES.read_text())
    rules["groups"] = [group for group in rules["groups"] if group["name"] != LOST_GROUP]
    _take_rules(stage, yaml.safe_dump(rules, sort_keys=False))


def _unmute(stage: Stage, where: Where) -> None:
    groups = _ask(stage, "prometheus", "GET", "/api/v1/rules").json()["data"]["groups"]
    if LOST_GROUP not in {group["name"] for group in groups}:
        _take_rules(stage, RULES.read_text())


def _take_rules(stage: Stage, text: str) -> None:
    _put(stage, "prometheus", "/etc/prometheus/rules.yml", text)
    _ask(stage, "prometheus", "POST", "/-/reload")


def _lie(stage: Stage, where: Where) -> None:
    """Have nginx's status page say for ever what it says now."""
    page = _ask(stage, "nginx-exporter", "GET", "/metrics").text
    numbers = {m[1]: float(m[2]) for m in re.finditer(r"^(nginx_\w+) (\S+)$", page, re.M)}
    answer = f'default_type text/plain; return 200 "{PAGE.format_map(numbers)}";'
    _configure_nginx(stage, NGINX.read_text().replace("stub_status;", answer))


def _tell_the_truth(stage: Stage, where: Where) -> None:
    _configure_nginx(stage, NGINX.read_text())


def _configure_nginx(stage: Stage, text: str) -> None:
    _put(stage, "nginx", "/etc/nginx/nginx.conf", text)
    execute(stage, "nginx", "nginx", "-s", "reload")


def _put(stage: Stage, service: str, path: str, text: str) -> None:
    """Write a file into a service's container."""
    unpack_into(stage.container(service), "/", pack({path.lstrip("/"): text.encode()}))


def _ask(stage: Stage, service: str, method: str, path: str, **options: Any) -> requests.Response:
    try:
        answer = requests.request(method, stage.url(service) + path, timeout=10, **options)
    except requests.RequestException as problem:
        raise ServiceFailed(f"{service} does not answer: {problem}.") from None
    if not answer.ok:
        raise ServiceFailed(f"{service} refuses {path}: {answer.text.strip()}")
    return answer


TROUBLES = (
    Trouble(
        name="target-vanished",
        symptom="blind",
        radii=(("web-1",), ("web-2",)),
        break_it=_deregister,
        heal_it=_register,
        # No target, no `up`: what is not there cannot be down.
        shows='absent(up{job="web",instance=~"$where"})',
        shows_within=6,
        recovered='count(up{job="web"} == 1) == 2',
        touches=frozenset({"consul"}),
        mended_by="Register $where in Consul again.",
        debrief=(
            "$where ran on and served visitors, but it was no longer in Consul, so Prometheus had "
            "no such target: no metrics of it, and no ReplicaDown either, as there was no `up` "
            "that could be 0. Only a count of targets, or absent(), tells."
        ),
    ),
    Trouble(
        name="rule-mute",
        symptom="blind",
        radii=(("prometheus",),),
        break_it=_mute,
        heal_it=_unmute,
        shows=(
            "absent(job:shop_http_requests:rate10s) "
            "and on() (sum(rate(shop_http_requests_total[10s])) > 0)"
        ),
        shows_within=12,
        recovered="job:shop_http_requests:rate10s > 0",
        touches=frozenset({"alertmanager"}),
        mended_by="Have prometheus load the whole rules.yml again.",
        debrief=(
            "The recording rules were lost in a change of rules.yml. ErrorsHigh and LatencyHigh "
            "read their series; a comparison with nothing is nothing, so they could not fire any "
            "more. Prometheus said so in its own metrics: a group of rules less, since its reload."
        ),
    ),
    Trouble(
        name="exporter-lies",
        symptom="blind",
        radii=(("nginx-exporter",),),
        break_it=_lie,
        heal_it=_tell_the_truth,
        shows=(
            "(rate(nginx_http_requests_total[10s]) == 0) and on() (nginx_up == 1) "
            "and on() (sum(rate(shop_http_requests_total[10s])) > 1)"
        ),
        shows_within=14,
        recovered="rate(nginx_http_requests_total[10s]) > 1",
        touches=frozenset({"nginx"}),
        mended_by="Have nginx's status page say what is true again.",
        debrief=(
            "nginx's status page stood still, and its exporter told so faithfully, with nginx_up "
            "at 1: as if no visitor came any more. The shop behind it answered as many as ever. "
            "A counter that its own scrapes do not move lies."
        ),
    ),
)
