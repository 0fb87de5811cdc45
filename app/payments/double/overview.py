"""What the double shows of itself: the latest of each kind, and where each event got to."""

from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import format_datetime
from babel.numbers import format_currency

from app.kernel.languages import N_, _
from app.payments.double.store import Store, Thing
from app.payments.double.webhooks import Courier

LATEST = 25
WHAT = {"payment_intent": N_("Paiement"), "setup_intent": N_("Carte gardée")}
STATES = {
    "open": (N_("ouverte"), "warning"),
    "complete": (N_("terminée"), "success"),
    "expired": (N_("expirée"), "muted"),
    "succeeded": (N_("réussi"), "success"),
    "in_transit": (N_("en route"), "info"),
    "paid": (N_("versé"), "success"),
    "pending": (N_("en attente"), "warning"),
    "failed": (N_("échoué"), "danger"),
    "canceled": (N_("abandonné"), "muted"),
    "requires_payment_method": (N_("attend une carte"), "warning"),
    "requires_confirmation": (N_("attend d’être tenté"), "warning"),
    "requires_action": (N_("attend le client"), "info"),
    "requires_capture": (N_("autorisé"), "info"),
    "arrived": (N_("reçu"), "success"),
    "waiting": (N_("à livrer"), "warning"),
    "given_up": (N_("jamais reçu"), "danger"),
}


@dataclass(frozen=True)
class Line:
    """One row: what, when, how much, how it stands."""

    id: str
    what: str
    when: str
    amount: str
    state: str
    tone: str
    note: str = ""
    url: str = ""


class Overview:
    """The lines of the page, in the reader's language."""

    def __init__(self, store: Store, courier: Courier, language: str) -> None:
        """Read everything now."""
        self._store, self._language = store, language
        self.is_held = courier.held
        self.is_clock_shifted = bool(store.offset)
        self.sessions = [self._line(each, self._session_note(each), each.get("url") or "")
                         for each in store.all("checkout.session")[:LATEST]]  # fmt: skip
        self.intents = [
            self._line(each, self._intent_note(each))
            for kind in ("payment_intent", "setup_intent")
            for each in store.all(kind)[:LATEST]
        ]
        self.refunds = [
            self._line(each, _("Remboursement de %(id)s", id=each["payment_intent"]))
            for each in store.all("refund")[:LATEST]
        ]
        self.payouts = [self._line(each, _("Vers la banque")) for each in store.all("payout")[:LATEST]]
        self.events = [self._event(each) for each in store.all("event")[:LATEST]]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing happened yet."""
        return not self.events and not self.sessions

    def _line(self, thing: Thing, note: str = "", url: str = "") -> Line:
        state, tone = STATES.get(thing["status"], (thing["status"], "muted"))
        amount = thing.get("amount_total") or thing.get("amount")
        return Line(
            id=thing["id"],
            what=thing["object"],
            when=self._moment(thing["created"]),
            amount=str(format_currency(amount / 100, thing["currency"].upper(), locale=self._language))
            if amount
            else "",
            state=_(state),
            tone=tone,
            note=note,
            url=url,
        )

    def _intent_note(self, intent: Thing) -> str:
        session, kind = self._store.get(intent.get("_session")), WHAT[intent["object"]]
        return intent["description"] or (self._session_note(session) if session else _(kind))

    def _session_note(self, session: Thing) -> str:
        items = session["_line_items"]["data"]
        return items[0]["description"] if items else _("Carte à enregistrer")

    def _event(self, event: Thing) -> Line:
        rows = self._store.execute("SELECT * FROM deliveries WHERE event = ? ORDER BY number", event["id"])
        state, tone = STATES[rows[-1]["state"]] if rows else (N_("personne n’écoute"), "muted")
        tries = ", ".join(
            _("%(tries)s × %(answer)s", tries=row["attempts"], answer=_answered(row["answer"]))
            for row in rows
            if row["attempts"]
        )
        return Line(
            event["id"], event["type"], self._moment(event["created"]), "", _(state), tone, tries,
        )  # fmt: skip

    def _moment(self, created: int) -> str:
        return str(
            format_datetime(datetime.fromtimestamp(created, UTC).astimezone(), "d MMM HH:mm:ss", locale=self._language)
        )


def _answered(answer: str) -> str:
    """Say how an endpoint answered: its status, or that it did not."""
    return answer if answer.isdigit() else _("sans réponse")
