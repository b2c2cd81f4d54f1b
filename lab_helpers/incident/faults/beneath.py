"""Faults beneath the shop: what its services share with others and with each other."""

import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.incident.background import begin, end
from lab_helpers.incident.trouble import Trouble, Where
from lab_helpers.stage.faults import Stage, execute

# Another program that uses the shop's memcached, and takes no care. It takes all the memory that
# nobody has yet, and keeps memcached from sharing it out anew. Then it stores values of a cart's
# size under more keys than there is room for: what lay there before is thrown out within moments.
NEIGHBOUR = """
import socket, time
def stored(key, size):
    return b"set %s 0 20 %d noreply\\r\\n%s\\r\\n" % (key.encode(), size, bytes(size))
connection = socket.create_connection(("memcached", 11211), 5)
connection.sendall(b"slabs automove 0\\r\\n")
for number in range(40):
    connection.sendall(stored(f"big-{number}", 500_000))
blocks = [b"".join(stored(f"n-{block}-{number}", 16 if number % 5 else 40)
                   for number in range(1000)) for block in range(100)]
while True:
    for block in blocks:
        connection.sendall(block)
        time.sleep(0.025)
"""
SHARE_OUT = """
import socket
with socket.create_connection(("memcached", 11211), 2) as connection:
    connection.sendall(b"slabs automove 1\\r\\n")
    print(connection.recv(64).decode())
"""
BEHIND = 3600  # seconds
# Without its name servers it asks the container's own loopback, where there is none.
LOSE_NAMES = (
    "c=$(sed 's/^nameserver /#nameserver /' /etc/resolv.conf); echo \"$c\" > /etc/resolv.conf"
)
FIND_NAMES = (
    "c=$(sed 's/^#nameserver /nameserver /' /etc/resolv.conf); echo \"$c\" > /etc/resolv.conf"
)
DEAD_RESOLVER = "resolver 127.0.0.1:9 valid=2s; resolver_timeout 1s;"
RESOLVER = (
    'awk \'$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }\' /etc/resolv.conf'
)


def _fill_cache(stage: Stage, where: Where) -> None:
    begin(stage.container("traffic"), "neighbour", NEIGHBOUR)


def _leave_cache(stage: Stage, where: Where) -> None:
    end(stage.container("traffic"), "neighbour")
    execute(stage, "traffic", "python3", "-c", SHARE_OUT)


def _lose_names(stage: Stage, where: Where) -> None:
    execute(stage, "blackbox-exporter", "sh", "-c", LOSE_NAMES)
    _resolve_with(stage, DEAD_RESOLVER)


def _find_names(stage: Stage, where: Where) -> None:
    execute(stage, "blackbox-exporter", "sh", "-c", FIND_NAMES)
    _resolve_with(stage, f"resolver $({RESOLVER}) valid=2s;")  # as nginx.sh writes it


def _resolve_with(stage: Stage, line: str) -> None:
    """Give nginx its resolver: a line of its configuration, as the shell has it within quotes."""
    command = f'echo "{line}" > /etc/nginx/resolver.conf && nginx -s reload'
    execute(stage, "nginx", "sh", "-c", command)


def _turn_back(stage: Stage, where: Where) -> None:
    for replica in where:
        _set_clock(stage, replica, -BEHIND)


def _set_right(stage: Stage, where: Where) -> None:
    for replica in where:
        if stage.container(replica).status == "running":  # one that is not forgets its lever
            _set_clock(stage, replica, 0)


def _set_clock(stage: Stage, replica: str, ahead: float) -> None:
    try:
        answer = requests.post(f"{stage.url(replica)}/chaos", params={"clock": ahead}, timeout=20)
        answer.raise_for_status()
    except requests.RequestException as problem:
        raise ServiceFailed(f"{replica} does not take its clock: {problem}.") from None


TROUBLES = (
    Trouble(
        name="clock-skew",
        symptom="lost-carts",
        radii=(("web-1",), ("web-2",)),
        break_it=_turn_back,
        heal_it=_set_right,
        shows='abs(shop_clock_seconds{instance=~"$where"} - time()) > 60',
        shows_within=4,
        recovered="count(abs(shop_clock_seconds - time()) < 10) == 2",
        touches=frozenset({"memcached"}),
        mended_by="Set the clock of $where right.",
        debrief=(
            "The clock of $where was an hour behind. It told memcached to keep each cart until a "
            "moment that was long past for memcached, so the carts were gone at once: about half "
            "of those who wanted to buy had an empty cart (status 409), which no rule watches."
        ),
    ),
    Trouble(
        name="noisy-neighbour",
        symptom="lost-carts",
        radii=(("memcached",),),
        break_it=_fill_cache,
        heal_it=_leave_cache,
        shows="rate(memcached_items_evicted_total[10s]) > 1000",
        shows_within=10,
        recovered="rate(memcached_items_evicted_total[10s]) < 100",
        touches=frozenset({"traffic", "web-1", "web-2"}),
        mended_by="End the program that fills memcached, or give it a cache of its own.",
        debrief=(
            "Another program stored tens of thousands of values a second in the memcached that it "
            "shared with the shop. memcached threw out what lay there longest: carts. Who wanted "
            "to buy had an empty cart (status 409), and no rule watches that status."
        ),
    ),
    Trouble(
        name="dns",
        symptom="errors",
        radii=(("nginx", "blackbox-exporter"),),
        break_it=_lose_names,
        heal_it=_find_names,
        # A probe that could not find the address has no version of IP; one that was refused has.
        # One alone, on a machine that has too much to do, may just have run out of time.
        shows='max(max_over_time(probe_ip_protocol{job="blackbox"}[4s])) == 0',
        shows_within=14,
        recovered="min(probe_success) == 1",
        touches=frozenset({"web-1", "web-2"}),
        mended_by="Give $where a name server that answers.",
        debrief=(
            "nginx and the probes had a name server that was dead. nginx no longer found the web "
            "app: every visitor got an error after a second. The app never heard of them, so its "
            "metrics knew no error, only silence, and ErrorsHigh did not fire."
        ),
    ),
)
