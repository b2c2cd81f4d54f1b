"""Which of six things is counted, and which is a level."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.words import Words

FALLS = (
    "it can fall",
    "The number of orders that wait and the weight on the scales go down again. A counter never "
    "does, unless its program starts anew.",
)

EXERCISE = Exercise(
    title="Counter or gauge?",
    kind="diagnosis",
    prompt="""\
The warehouse can measure six things. Prometheus only has to be told what each of them is:

| name | what it is |
|---|---|
| `parcels` | parcels that were packed since the shift began |
| `queue` | orders that wait at this moment |
| `door` | how often the door was opened since the shift began |
| `weight` | kilograms on the scales at this moment |
| `backup` | when the last backup ended, in seconds since 1970 |
| `heating` | seconds that the heating has been on since the shift began |

**Which of them are counters?** Answer with their names.""",
    hints=(
        "Ask of each: can the number get smaller while the program runs?",
        "Not all that is counted is a number of things: seconds can be counted, too.",
        "A counter is something of which you ask *how much a second?* Is there one that only goes "
        "up, and of which this question makes no sense?",
    ),
    start="# the names of the counters here",
    solution="parcels door heating",
    also_right=("heating, parcels, door", "`door`\n`parcels`\n`heating`"),
    wrong=(
        Wrong("parcels door", "not all of it"),
        Wrong("parcels door heating backup", "a point in time"),
        Wrong("parcels door queue heating", "it can fall"),
        Wrong("queue weight backup", "it can fall"),
        Wrong("all of them", "not that"),
    ),
    practice="Take the `rate` of a counter, and read a gauge as it is. If the type on the page is "
    "wrong, everybody after you asks the wrong question.",
    judge=Words(
        right=lambda bench: ("parcels", "door", "heating"),
        near={
            "queue": FALLS,
            "weight": FALLS,
            "backup": (
                "a point in time",
                "It only goes up, but nothing is counted: it is set to a new time. What would it "
                "mean *a second*? A point in time is a gauge.",
            ),
        },
        because="Two numbers of things and one of seconds that only grow. A level, a weight and a "
        "point in time are gauges.",
    ),
)
