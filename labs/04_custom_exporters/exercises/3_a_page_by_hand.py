"""The text format by hand: standard library, live, and with names that need escaping."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Metric, Program, Step

START = '''\
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

STOCK = Path("/srv/stock.txt")  # a line for each product, such as:  teapot;12


def page():
    """The page of metrics."""
    return ""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = page().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8000), Handler).serve_forever()
'''
PAGE = '''\
def page():
    """The page of metrics."""
    return ""
'''
SOLUTION = START.replace(
    PAGE,
    r'''
def escaped(value):
    """A label's value as the format wants it between its quotation marks."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def page():
    """The page of metrics."""
    lines = ["# HELP warehouse_stock_items Items on the shelf."]
    lines += ["# TYPE warehouse_stock_items gauge"]
    for line in STOCK.read_text().splitlines():
        product, _, items = line.rpartition(";")
        lines.append(f'warehouse_stock_items{{product="{escaped(product)}"}} {items}')
    return "\n".join(lines) + "\n"
'''[1:],
)
WITH_JSON = START.replace(
    PAGE,
    """\
import csv
import json


def page():
    text = "# TYPE warehouse_stock_items gauge\\n# HELP warehouse_stock_items In stock.\\n"
    with STOCK.open(newline="") as file:
        for product, items in csv.reader(file, delimiter=";", quoting=csv.QUOTE_NONE):
            # a string of JSON has the same escapes as the value of a label
            label = json.dumps(product, ensure_ascii=False)
            text += f"warehouse_stock_items{{product={label}}} {float(items)}\\n"
    return text
""",
)
BY_TABLE = START.replace(
    PAGE,
    r"""
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
NAME = "warehouse_stock_items"


def page():
    rows = (line.split(";") for line in open(STOCK))
    series = [f'{NAME}{{product="{p.translate(ESCAPES)}",}} {int(n):e}' for p, n in rows]
    return "\n".join([f"# HELP {NAME} How many are left.", f"# TYPE {NAME} gauge", *series, ""])
"""[1:],
)


def stock(**items: int) -> tuple[Metric, ...]:
    """The metric that is asked for: the names of its products have `_` for what is no letter."""
    products = {"nineteen": '19" shelf', "nettle": r"tea\nettle", "crepe": "crêpe pan"}
    values: dict[tuple[str, ...], float] = {
        (products.get(name, name),): number for name, number in items.items()
    }
    return (Metric("warehouse_stock_items", "gauge", values, ("product",)),)


EXERCISE = Exercise(
    title="A page by hand",
    kind="program",
    prompt=r"""
The warehouse keeps its stock on a machine that nothing can be installed on: there is Python, and
its standard library. Every few minutes a file is written anew, `/srv/stock.txt`, with a line for
each product, its name and how many items are left, with a semicolon between them:

```
teapot;12
19" shelf;3
tea\nettle;40
crêpe pan;7
```

The backslash is part of the third name: kind and variety, as the warehouse writes them.

**Complete the program**, so that its page shows `warehouse_stock_items`, a gauge with a help text:
one series for each line of the file as it is *when the page is asked for*, with the product's name,
letter by letter, in the label `product`. The program runs without Prometheus's client library.""",
    hints=(
        "When does your program read the file: once, or for each scrape? And what does a page look "
        'like on which a product is called `19" shelf`?',
        "`# HELP name text` and `# TYPE name gauge` come once, before the first series. Each series"
        " is a line: the name, the label in braces, a space, the number.",
        "Between the quotation marks of a label's value a backslash is written as two, a quotation "
        "mark with a backslash before it. Which of the two do you have to replace first?",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(WITH_JSON, BY_TABLE),
    wrong=(
        Wrong(SOLUTION.replace("escaped(product)", "product"), "quote not escaped"),
        Wrong(
            SOLUTION.replace(
                r""".replace("\\", "\\\\").replace('"', '\\"')""",
                r""".replace('"', '\\"').replace("\\", "\\\\")""",
            ),
            "escaped twice",
        ),
        Wrong(
            SOLUTION.replace(r""".replace("\\", "\\\\")""", ""),
            "wrong label value",
        ),
        Wrong(
            SOLUTION.replace(
                "def page():", "LINES = STOCK.read_text().splitlines()\n\n\ndef page():"
            ).replace("in STOCK.read_text().splitlines()", "in LINES"),
            "not live",
        ),
        Wrong(WITH_JSON.replace(", ensure_ascii=False", ""), "wrong label value"),
        Wrong(SOLUTION.replace("page().encode()", 'page().encode("latin-1")'), "not UTF-8"),
        Wrong(SOLUTION.replace('"\\n".join(lines) + "\\n"', '"\\n".join(lines)'), "no end of line"),
        Wrong(SOLUTION.replace('("", 8000)', '("localhost", 8000)'), "loopback only"),
        Wrong(
            SOLUTION.replace('    lines += ["# TYPE warehouse_stock_items gauge"]\n', ""),
            "type missing",
        ),
        Wrong(SOLUTION.replace("def page():", "def page()"), "syntax error"),
        Wrong(
            SOLUTION.replace(
                "        lines.append",
                '        lines += ["# TYPE warehouse_stock_items gauge"]\n        lines.append',
            ),
            "comment repeated",
        ),
        Wrong(
            """\
from pathlib import Path
from prometheus_client import Gauge, start_http_server

stock = Gauge("warehouse_stock_items", "Items on the shelf.", ["product"])
for line in Path("/srv/stock.txt").read_text().splitlines():
    stock.labels(line.split(";")[0]).set(line.split(";")[1])
start_http_server(8000)
""",
            "dies at start",
        ),
    ),
    practice="Anything that can write text can be a target; the client library does the escaping.",
    judge=Program(
        (
            Step(
                "With the first file",
                stock(teapot=12, nineteen=3, nettle=40, crepe=7),
                files={"/srv/stock.txt": 'teapot;12\n19" shelf;3\ntea\\nettle;40\ncrêpe pan;7\n'},
            ),
            Step(
                "When the file was written anew",
                stock(grinder=0, nineteen=2, nettle=41, crepe=6),
                files={"/srv/stock.txt": 'grinder;0\n19" shelf;2\ntea\\nettle;41\ncrêpe pan;6\n'},
            ),
        ),
        library=False,
    ),
)
