"""The instrumented shop with a visitor of its own: for a check from a shell."""

import runpy
import threading
import time
import urllib.error
import urllib.request

PAGES = (("/", None), ("/products", None), ("/cart", None), ("/checkout", b""))


def visit() -> None:
    while True:
        time.sleep(0.2)
        for path, body in PAGES:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:8000{path}", body).read()
            except urllib.error.URLError:
                break  # it does not serve yet


threading.Thread(target=visit, daemon=True).start()
runpy.run_path("/srv/instrumented_shop.py")
