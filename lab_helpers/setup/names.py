"""Which names a container finds: those of its own network, and nothing of the world outside."""

from functools import cache
from typing import Any

from lab_helpers.setup import engine


@cache
def of_the_network_alone() -> dict[str, Any]:
    """The settings of a container in which a name that is not on its network is refused at once.

    An engine hands names that it does not know on to the machine's resolver. A service that was
    stopped is such a name, and where the resolver is slow or dead, whoever calls the service waits
    for seconds. The names of the settings are those of docker-py and of Compose alike.

    Raises:
        EngineUnavailable: no engine answers.
    """
    if not engine.is_podman():  # its own resolver stays in front of those that `dns` names
        return {
            # Docker asks on the container's own loopback, where no resolver is. From version 24 on
            # it says so at once; an older one says nothing, and the last two options end the wait.
            "dns": ["127.0.0.1"],
            "dns_search": ["."],  # the machine's search list would make `memcached` an outside name
            # Where `ndots` is set, Docker answers for names without a dot itself.
            "dns_opt": ["ndots:1", "timeout:1", "attempts:2"],
        }
    # Podman would ask 127.0.0.1 in place of the network; of its own accord it refuses a name of its
    # search domain, and then asks outside.
    return {"dns_opt": ["timeout:1", "attempts:1"]}
