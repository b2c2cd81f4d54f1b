"""The words in which an incident is told and answered: who is hurt, where, and why."""

from collections.abc import Mapping

#: Who is hurt, and how: the end of "During the incident …".
SYMPTOMS: Mapping[str, str] = {
    "errors": "visitors get errors, or no answer at all",
    "slow": "visitors wait longer than before, if only for some pages",
    "lost-carts": "visitors lose their carts, and cannot buy",
    "nobody": "no visitor is hurt, but less is left that may fail",
    "blind": "no visitor is hurt, but who watches sees too little, or what is not so",
}
#: Those of them in which no visitor is hurt: said beside another symptom, they would deny it.
UNHURT = frozenset({"nobody", "blind"})

#: Where the cause lies: the shop's services, and what watches them, by the name that each has on
#: the network.
PLACES: Mapping[str, str] = {
    "nginx": "the front door",
    "web-1": "a replica of the web app",
    "web-2": "the other replica of the web app",
    "mysql": "the database and its disk",
    "memcached": "the cache",
    "node-exporter": "the exporter of the machine",
    "mysql-exporter": "the exporter of the database",
    "memcached-exporter": "the exporter of the cache",
    "nginx-exporter": "the exporter of the front door",
    "blackbox-exporter": "the probes from outside",
    "consul": "the list of what there is",
    "prometheus": "what scrapes and evaluates rules",
    "alertmanager": "what tells people",
    "traffic": "the visitors themselves",
}

#: What may be the cause: the end of "The cause is that …". The first are faults; after them comes
#: what happens on many days and hurts nobody: the false leads.
CAUSES: Mapping[str, str] = {
    # the stage's
    "replica-crash": "a replica has been killed",
    "database-hang": "the database takes connections and answers none",
    "cache-emptied": "everything in memcached has been thrown away at once",
    "latency": "every page of every replica takes longer, whatever it asks of others",
    "errors": "a share of all pages fails in every replica, whatever they ask of others",
    "disk-full": "the disk of the database is full",
    # the shop's and its database's
    "slow-query": "a query that was quick reads far more rows than before",
    "lock-wait": "statements wait in line for a lock that nobody gives back",
    "pool-full": "all connections to the database are taken",
    "memory-leak": "a replica needs ever more memory, until it is killed",
    "bad-release": "a replica runs a new release that is bad",
    "cache-stampede": "all replicas ask the database at once for what the cache has just forgotten",
    "retry-storm": "failed requests are tried again at once, and the retries are the load",
    # of what is beneath, and of what watches
    "noisy-neighbour": "another program fills the cache that it shares with the shop",
    "clock-skew": "a replica has a clock that is wrong",
    "dns": "names are not found any more by what stands in front of the shop",
    "target-vanished": "a replica that runs has vanished from Consul",
    "rule-mute": "rules have gone, and alerts that need their series are mute",
    "exporter-lies": "an exporter tells numbers that stand still",
    # what only looks like a cause
    "more-visitors": "more visitors come than usual",
    "crawler": "a crawler asks for pages that there are not",
    "backup": "a backup reads the whole database",
    "exporter-restart": "an exporter was started again",
    "reload": "Prometheus has read its configuration again",
    "disk-half": "a disk fills, and is cleared long before it is full",
    "silence": "somebody has silenced an alert that does not fire",
}
