"""What happened, as Stripe tells it: an event with the object as it was then, and one delivery for each endpoint."""

from typing import Any

from app.payments.double.store import Store, Thing, shown

API_VERSION = "2026-10-28.endive"


def record(store: Store, kind: str, thing: Thing, **previous: Any) -> Thing:
    """Write an event, and what has to be delivered of it; `previous` holds the values before."""
    request, key = store.origin
    content: Thing = {"object": shown(thing)}
    if previous:
        content["previous_attributes"] = previous
    listening = [each for each in store.all("webhook_endpoint", status="enabled") if _wants(each, kind)]
    event = store.add(
        "event",
        api_version=API_VERSION,
        data=content,
        pending_webhooks=len(listening),
        request={"id": request, "idempotency_key": key},
        type=kind,
    )
    for endpoint in listening:
        schedule(store, event["id"], endpoint["id"])
    return event


def schedule(store: Store, event: str, endpoint: str) -> None:
    """Put one delivery in line."""
    store.execute("INSERT INTO deliveries (event, endpoint, due) VALUES (?, ?, ?)", event, endpoint, store.instant())


def _wants(endpoint: Thing, kind: str) -> bool:
    return "*" in endpoint["enabled_events"] or kind in endpoint["enabled_events"]
