"""The double as a server: the application put together, and a thread that answers on a real socket."""

from threading import Thread
from typing import Self

from flask import Flask, Response, g, request
from werkzeug.serving import WSGIRequestHandler, make_server

from app.config import ROOT
from app.kernel.assets import init_assets
from app.kernel.languages import init_languages
from app.payments.double import api, control, pages
from app.payments.double.levers import Faults
from app.payments.double.parts import Parts, Settings
from app.payments.double.store import Store
from app.payments.double.webhooks import Courier, add_endpoint

MAX_BODY = 256 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)


class QuietHandler(WSGIRequestHandler):
    """Requests are not told to the terminal: the overview page shows what happened."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def create_double(settings: Settings) -> Flask:
    """Put a double together, with its own file, its courier and its levers."""
    app = Flask("double", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(STATIC_DIR=ROOT / "static", MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_languages(app)
    store = Store(settings.path, settings.now)
    app.extensions["double"] = Parts(settings, store, Courier(store, settings.first_delay))
    init_assets(app)
    app.register_blueprint(api.bp)
    app.register_blueprint(control.bp)
    app.register_blueprint(pages.bp)
    app.after_request(_harden)
    app.wsgi_app = Faults(app.wsgi_app, app.extensions["double"].levers)  # type: ignore[method-assign]
    if settings.webhook_url:
        _listen(store, settings)
    return app


def _listen(store: Store, settings: Settings) -> None:
    """Know the endpoint named at the start, also when the file knows it already from before."""
    with store.transaction():
        for known in store.all("webhook_endpoint", url=settings.webhook_url):
            store.save(known, _secret=settings.webhook_secret, status="enabled")
            return
        add_endpoint(store, settings.webhook_url, settings.webhook_secret, ["*"])


def _harden(response: Response) -> Response:
    leaving = g.get("leaving_for", "")
    response.headers["Content-Security-Policy"] = f"{POLICY} {leaving}".strip()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if "Cache-Control" not in response.headers and not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


class DoubleServer:
    """A double that answers on a port: `with DoubleServer(settings) as double: double.url`."""

    def __init__(
        self,
        settings: Settings,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str = "",
        listening: int | None = None,
    ) -> None:
        """Take the port; port 0 is any that is free, and the descriptor of one that listens already stands for it."""
        self.app = create_double(settings)
        self.parts: Parts = self.app.extensions["double"]
        self._server = make_server(host, port, self.app, threaded=True, request_handler=QuietHandler, fd=listening)
        self.url = public_url or f"http://{host}:{self._server.port}"
        self.parts.store.address = self.url
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="stripe-double", daemon=True)

    def start(self) -> None:
        """Answer, and deliver."""
        self.parts.courier.start()
        self._thread.start()

    def stop(self) -> None:
        """Deliver what is under way, then close the port and the file."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.parts.courier.stop()
        self.parts.store.close()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        """Stop."""
        self.stop()
