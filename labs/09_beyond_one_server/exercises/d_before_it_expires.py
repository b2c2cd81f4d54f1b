"""An alert on a certificate's end that does not end when the certificate does."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import FiresOn, Supposition

DAY = 24 * 3600
#: Samples one a minute, time beginning at 0.
MANY_DAYS, FEW_DAYS = f"{90 * DAY}x60", f"{10 * DAY}x60"
WELL = "1x60"
EXPIRY = "probe_ssl_earliest_cert_expiry"
SHOP = '{job="blackbox", instance="https://shop.example/"}'


def probes(expiry: str, success: str) -> dict[str, str]:
    """What the probes of two pages say: of the shop's, and of one with which all is well."""
    series: dict[str, str] = {}
    for page, samples in {"shop": (expiry, success), "blog": (MANY_DAYS, WELL)}.items():
        labels = SHOP.replace("shop", page)
        series |= {f"{EXPIRY}{labels}": samples[0], f"probe_success{labels}": samples[1]}
    return series


def suppose(
    series: dict[str, str], minutes: int, fires: bool, diagnosis: str, words: str, one: bool = False
) -> Supposition:
    return Supposition(series, minutes, fires, diagnosis, words, one)


#: It ends with minute 30; from then on the probe fails, and brings no date any more.
ENDS = probes(f"{30 * 60}x30 stale", "1x30 0x60")
SUPPOSITIONS = (
    suppose(
        probes(MANY_DAYS, WELL),
        40,
        False,
        "too early",
        "Suppose that each certificate has 90 days left: your alert fires.",
    ),
    suppose(
        probes(FEW_DAYS, WELL),
        40,
        True,
        "too late",
        "Suppose that a certificate has 10 days left, and has had for 40 minutes: your alert does "
        "not fire. 14 days ahead is asked for. (Both the metric and `time()` are in seconds.)",
    ),
    suppose(
        probes(f"{20 * DAY}x60", WELL),
        40,
        False,
        "too early",
        "Suppose that a certificate has 20 days left: your alert fires already. 14 are asked for.",
    ),
    suppose(
        probes(f"{14 * DAY + 20 * 60}x60", WELL),
        40,
        True,
        "time forgotten",
        "Suppose that a certificate has 14 days and 20 minutes left, and is not renewed. 40 "
        "minutes later it has less than 14 days, and your alert is silent. The metric is a *date*, "
        "in seconds since 1970, and never changes: what makes it come nearer?",
    ),
    suppose(
        probes(FEW_DAYS, WELL),
        40,
        True,
        "not one for each page",
        "Suppose that one certificate of two has 10 days left: it must be one alert.",
        one=True,
    ),
    suppose(
        ENDS,
        59,
        True,
        "silent at the end",
        "Suppose that a certificate has expired half an hour ago. The probe fails, so it brings no "
        "date: your alert is silent, and was *resolved* when it was needed most.",
    ),
    suppose(
        {name: samples for name, samples in ENDS.items() if name != f"{EXPIRY}{SHOP}"},
        40,
        True,
        "silent at the end",
        "Suppose that a certificate expired last week. Nobody knows its date any more, however far "
        "you look back, and the probe still fails: your alert is silent.",
    ),
    suppose(
        ENDS,
        34,
        True,
        "gap at the end",
        "Suppose that a certificate has expired four minutes ago: your alert is silent, though it "
        "fired before. When one half of your expression ends, the other must speak at once.",
    ),
    suppose(
        probes(MANY_DAYS, "1x20 0x2 1x60"),
        22,
        False,
        "too nervous",
        "Suppose that a probe of a page with a good certificate fails for two minutes: your alert "
        "fires. A page that is slow for a moment is no certificate that ends.",
    ),
    suppose(
        probes(f"{10 * DAY}x30 {90 * DAY}x60", WELL),
        45,
        False,
        "resolves late",
        "Suppose that a certificate was renewed 14 minutes ago: your alert still fires.",
    ),
)


def rule(expr: str, hold: str = "5m", labels: str = "{severity: warning, team: shop}") -> str:
    return f"- alert: CertificateExpires\n  expr: {expr}\n  for: {hold}\n  labels: {labels}\n"


SOON = f"{EXPIRY} - time() < 14 * 86400"
SOLUTION = rule(f"{SOON} or probe_success == 0")

EXERCISE = Exercise(
    title="Before it expires, and after",
    kind="configuration",
    prompt="""\
The rule `CertificateExpiresSoon` of this chapter ends at the moment in which the certificate
expires. Alertmanager then says *resolved*, as if all were well.

**Write an alerting rule `CertificateExpires`** with the labels `severity: warning` and
`team: shop`:

- it fires when a certificate has less than 14 days left;
- it **goes on firing** when the certificate has expired, without a gap. The probe fails then, and
  `probe_ssl_earliest_cert_expiry` is missing;
- it is one alert for each page;
- a probe that fails for two minutes, of a page with a good certificate, is no reason to fire;
- when the certificate is renewed, it is over within 10 minutes.

The check gives your rule to `promtool` with made-up samples of `probe_ssl_earliest_cert_expiry` and
`probe_success`, one a minute.
""",
    hints=(
        "Two things can be true of a page: its date is near, or its probe fails. Each is a "
        "comparison that answers a series.",
        "`or` joins them: what the left side does not answer, the right side may. Both sides must "
        "have the same labels, so that it stays the *same* alert.",
        "`for` is for the short failures. It counts on as long as the whole expression answers "
        "something for the page.",
    ),
    start="""\
- alert: CertificateExpires
  expr: probe_ssl_earliest_cert_expiry - time() < 14 * 86400   # and then?
  for: 5m
  labels: {severity: warning, team: shop}
""",
    solution=SOLUTION,
    also_right=(
        rule(f"({EXPIRY} < time() + 14 * 24 * 3600) or (probe_success < 1)", "3m"),
        rule(f"min by (job, instance) (({EXPIRY} - time()) / 86400 < 14 or probe_success == 0)"),
        "groups:\n- name: mine\n  rules:\n  - alert: CertificateExpires\n    expr: |\n"
        f"      probe_success == 0\n        or {EXPIRY} - time() < 86400 * 14\n"
        "    for: 240s\n    labels:\n      team: shop\n      severity: warning\n",
    ),
    wrong=(
        Wrong(rule(SOON), "silent at the end"),
        Wrong(rule("probe_success == 0"), "too late"),
        Wrong(rule(f"{EXPIRY} - time() < 14 or probe_success == 0"), "too late"),
        Wrong(rule(f"{EXPIRY} < 14 * 86400 or probe_success == 0"), "time forgotten"),
        Wrong(rule(f"{EXPIRY} - time() < 30 * 86400 or probe_success == 0"), "too early"),
        Wrong(rule(f"{EXPIRY} - time() > 14 * 86400 or probe_success == 0"), "too early"),
        Wrong(rule(f"{SOON} and probe_success == 0"), "too late"),
        Wrong(rule(f"{SOON} or probe_success == 0", "0s"), "too nervous"),
        Wrong(rule(f"{SOON} or probe_success == 0\n  keep_firing_for: 20m"), "resolves late"),
        Wrong(rule(f"last_over_time({EXPIRY}[1d]) - time() < 14 * 86400"), "silent at the end"),
        Wrong(rule(f"{SOON}\n  keep_firing_for: 20m"), "silent at the end"),
        Wrong(rule(f"{SOON} or probe_success == 0", labels="{team: shop}"), "label missing"),
        Wrong(SOLUTION.replace("Expires", "expires"), "wrong name"),
        Wrong(SOLUTION.replace("expr:", "exp:"), "unknown field"),
    ),
    practice="An alert whose metric vanishes with the fault is *resolved* by the fault. Ask of "
    "each rule what its series do on the day on which it is needed.",
    judge=FiresOn("CertificateExpires", {"severity": "warning", "team": "shop"}, SUPPOSITIONS),
)
