"""A plain HTTP client that keeps its cookies: what a visitor's browser does, without drawing."""

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WHO = {"first_name": "Alice", "last_name": "Durand", "phone": "0612345678", "consent": "y"}
TIMEOUT = 60


@dataclass
class Answer:
    """What came back, and how long it took."""

    status: int
    location: str
    text: str
    seconds: float
    etag: str = ""


@dataclass
class Guest:
    """One visitor. `took` keeps the seconds of every request made."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT)

    def close(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **further: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **further}
        body = None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
        started = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):  # an idle connection was closed
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        self.took.append(time.perf_counter() - started)
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        found = response.headers
        return Answer(response.status, found.get("Location", ""), text, self.took[-1], found.get("ETag", ""))

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, page: Answer, **form: str) -> Answer:
        """Send a form of the page that holds its token."""
        return self.ask("POST", path, {"csrf_token": TOKEN.findall(page.text)[-1], **form})

    def log_in(self, login: str, password: str) -> None:
        answer = self.post("/connexion", self.get("/connexion"), email=login, password=password)
        if answer.status != 303:
            raise AssertionError(f"{login} was not let in: {answer.status}")

    def book(self, day: str, at: str, covers: str, email: str, *, under: str = "") -> Answer:
        """The whole way of a guest, from the first page to the confirmation; gives the last answer."""
        wish = {"date": day, "time": at, "covers": covers}
        self.get(f"{under}/reserver")
        page = self.get(f"{under}/reserver?date={day}&covers={covers}")
        held = self.post(f"{under}/reserver", page, **wish)
        if held.status != 303:
            return held
        details = self.get(held.location)
        made = self.post(f"{under}/reserver", details, **wish, **WHO, email=email)
        return self.get(made.location) if made.status == 303 else made
