"""Static files: addressed by content, compressed once, kept for ever by browsers."""

import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request, url_for
from werkzeug.security import safe_join

from app.kernel.guards import public

COMPRESSED = (".css", ".js", ".svg", ".json", ".webmanifest", ".txt", ".md")


@dataclass
class Asset:
    """A file of `static/`, its digest and its compressed form."""

    content: bytes
    digest: str
    modified: float
    media_type: str
    compressed: bytes | None = field(default=None)
    url: str = ""


_assets: dict[str, Asset] = {}


def init_assets(app: Flask) -> None:
    """Serve `static/` at `/static/`, and give templates `asset()`."""
    app.add_url_rule("/static/<path:name>", "asset_show", asset_show)
    app.jinja_env.globals["asset"] = asset_url


def asset_url(name: str) -> str:
    """Give the address of a static file, which changes with its content; a page asks it for every icon."""
    found = _asset(name)
    if found is None:
        return url_for("asset_show", name=name)
    if not found.url:
        found.url = url_for("asset_show", name=name, v=found.digest[:10], _external=False)
    return found.url


@public
def asset_show(name: str) -> Response:
    """Serve one static file."""
    found = _asset(name)
    if found is None:
        abort(404)
    response = Response(found.content, mimetype=found.media_type)
    response.set_etag(found.digest[:20])
    response.headers["Vary"] = "Accept-Encoding"
    named = request.args.get("v") == found.digest[:10]
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if named else "public, max-age=300"
    if found.compressed and "br" in request.headers.get("Accept-Encoding", ""):
        response.set_data(found.compressed)
        response.headers["Content-Encoding"] = "br"
    response.make_conditional(request)
    return response


def _asset(name: str) -> Asset | None:
    kept = _assets.get(name)
    if kept is not None and not current_app.debug:
        return kept
    path = safe_join(str(current_app.config["STATIC_DIR"]), name)
    if path is None or not Path(path).is_file():
        return None
    modified = Path(path).stat().st_mtime
    if kept is None or kept.modified != modified:
        _assets[name] = kept = _read(Path(path), modified)
    return kept


def _read(path: Path, modified: float) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".woff2":
        media_type = "font/woff2"
    compressed = brotli.compress(content) if path.suffix in COMPRESSED else None
    return Asset(content, hashlib.sha256(content).hexdigest(), modified, media_type, compressed)
