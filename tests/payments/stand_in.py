"""A small Stripe of our own on a real socket: payment pages, payments, refunds, kept cards, one key to a call."""

import hashlib
import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from app.kernel import clock

SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
DISPUTES, BALANCE, PAYOUTS = "/v1/disputes", "/v1/balance_transactions", "/v1/payouts"


class StandIn:
    """What it holds, by id; `trouble` is how it fails: "down", "garbage", "slow to say"."""

    def __init__(self) -> None:
        self.held, self.made, self.ids = {}, {}, itertools.count(1)
        self.trouble, self.decline = "", ""
        self.calls = []
        self.lock = threading.Lock()

    def new(self, prefix, **values):
        made = {"id": f"{prefix}_{next(self.ids)}", "created": int(clock.now().timestamp()), **values}
        self.held[made["id"]] = made
        return made

    # --- what happens on its side -------------------------------------------------------------------------------

    def pay(self, reference, currency="eur", amount=None):
        """Somebody pays on a page; gives the payment's id."""
        session = self.held[reference]
        amount = amount or session["amount_total"]
        intent = self.new(
            "pi", status="succeeded", amount_received=amount, currency=currency, metadata=session["metadata"]
        )
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent["id"]}
        session |= {"currency": currency, "amount_total": amount}
        return intent["id"]

    def keep_card(self, reference):
        """Somebody leaves a card on a page; gives the setup's id."""
        session = self.held[reference]
        card = {"id": "pm_1", "card": {"brand": "visa", "last4": "4242"}}
        setup = self.new(
            "seti", status="succeeded", payment_method=card, customer="cus_1", metadata=session["metadata"]
        )
        session |= {"status": "complete", "setup_intent": setup, "customer": "cus_1"}
        return setup["id"]

    # --- what it is asked ---------------------------------------------------------------------------------------

    def answer(self, method, path, asked, key):
        with self.lock:
            self.calls.append((method, path, asked, key))
            if method == "POST" and (method, key) in self.made:
                return 200, self.made[method, key]
            status, told = self._answer(method, path, asked)
            if method == "POST" and status == 200:
                self.made[method, key] = told
            return status, told

    def _answer(self, method, path, asked):
        if method == "GET" and path in (DISPUTES, BALANCE, PAYOUTS):
            return 200, {"data": []}
        if method == "GET" and path == "/v1/balance":
            return 200, {"available": [], "pending": [{"amount": self._holds(), "currency": "eur"}]}
        if method == "GET" and path in (INTENTS, REFUNDS):
            kind = "pi_" if path == INTENTS else "re_"
            wanted = asked.get("payment_intent")
            data = [each for name, each in self.held.items() if name.startswith(kind)]
            return 200, {"data": [each for each in data if not wanted or each["payment_intent"] == wanted]}
        if method == "GET":
            found = self.held.get(path.rpartition("/")[2])
            return (200, found) if found else (404, refusal("resource_missing"))
        return getattr(self, f"_{path.removeprefix('/v1/').split('/')[0]}")(path, asked)

    def _holds(self):
        """What was paid less what went back: this one keeps nothing for itself."""
        came = sum(each["amount_received"] for name, each in self.held.items() if name.startswith("pi_"))
        return came - sum(each["amount"] for name, each in self.held.items() if name.startswith("re_"))

    def _checkout(self, path, asked):
        if path.endswith("/expire"):
            session = self.held[path.split("/")[-2]]
            if session["status"] != "open":
                return 400, refusal("checkout_session_not_open")
            session["status"] = "expired"
            return 200, session
        session = self.new("cs", status="open", mode=asked["mode"], payment_status="unpaid", currency="eur",
                           metadata=metadata(asked), url=f"{self.url}/page",
                           amount_total=int(asked.get("line_items[0][price_data][unit_amount]", 0)))  # fmt: skip
        return 200, session

    def _payment_intents(self, _path, asked):
        if self.decline:
            return 402, refusal(self.decline)
        amount = int(asked["amount"])
        return 200, self.new("pi", status="succeeded", amount_received=amount, currency="eur", metadata=metadata(asked))

    def _refunds(self, _path, asked):
        paid = self.held[asked["payment_intent"]]
        back = sum(each["amount"] for name, each in self.held.items()
                   if name.startswith("re_") and each["payment_intent"] == paid["id"])  # fmt: skip
        amount = int(asked["amount"])
        if self.decline or back + amount > paid["amount_received"]:
            return 400, refusal(self.decline or "charge_already_refunded")
        return 200, self.new(
            "re", status="succeeded", amount=amount, payment_intent=paid["id"], metadata=metadata(asked)
        )

    # --- the socket ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.told("GET", dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.told("POST", dict(parse_qsl(body.decode())))

            def told(self, method, asked):
                if mine.trouble == "down":
                    self.connection.close()
                    return
                assert self.headers["Authorization"] == "Bearer sk_test_guichet"
                said = mine.answer(method, urlsplit(self.path).path, asked, self.headers.get("Idempotency-Key"))
                if mine.trouble == "silent":  # it did it, and nobody hears
                    self.connection.close()
                    return
                status, answer = said
                text = b"<html>502" if mine.trouble == "garbage" else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_words):
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def metadata(asked):
    return {match[1]: value for name, value in asked.items() if (match := re.fullmatch(r"metadata\[(\w+)\]", name))}


def refusal(code):
    return {"error": {"code": code, "type": "card_error", "message": f"Refused: {code}"}}


def event_of(kind, about):
    """An event, the same each time it is told."""
    told = hashlib.sha256(f"{kind}{about}".encode()).hexdigest()[:24]
    return {"id": f"evt_{told}", "type": kind, "data": {"object": {"id": about}}}
