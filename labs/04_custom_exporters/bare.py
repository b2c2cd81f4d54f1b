"""An exporter from nothing: how many orders wait in each product's folder, asked at each scrape."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FOLDERS = [Path("/tmp/orders") / product for product in sys.argv[1:]]
for folder in FOLDERS:
    folder.mkdir(parents=True)


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        text = "# HELP packing_orders_waiting Orders that wait to be packed.\n"
        text += "# TYPE packing_orders_waiting gauge\n"
        for folder in FOLDERS:
            waiting = len(list(folder.iterdir()))
            text += f'packing_orders_waiting{{product="{folder.name}"}} {waiting}\n'
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text.encode())


HTTPServer(("", 8000), Page).serve_forever()
