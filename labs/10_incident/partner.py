"""A partner's program: it checks out its customers' carts, and takes no refusal for an answer."""

import http.client
import threading
import time

PATIENCE = 0.25  # seconds until it tries again
CUSTOMERS = 12


def insist(customer: int) -> None:
    while True:
        shop = http.client.HTTPConnection("nginx", timeout=5)
        try:
            shop.request("POST", "/checkout", headers={"Cookie": f"visitor=partner-{customer}"})
            if shop.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            shop.close()
        time.sleep(PATIENCE)


for customer in range(CUSTOMERS):
    threading.Thread(target=insist, args=[customer]).start()
    time.sleep(0.5)
