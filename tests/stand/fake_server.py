"""What the FAKES of forges share: JSON answers, routes, tokens, pages. Each fake's own file says what it imitates."""
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlparse

lock = threading.RLock()


def serve(port, handler, beside=False):
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    if beside:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    else:
        server.serve_forever()


class Base(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes = []

    def log_message(self, *_):
        pass

    def answer(self, status, value=None, headers=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.raw(status, body, "application/json; charset=utf-8", headers)

    def raw(self, status, body, kind="text/plain", headers=None):
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def one(self, query, name, default=None):
        return query.get(name, [default])[0]

    def paged(self, query, everything, wrap=None, default=30, largest=100):
        """A page of a list, with the Link header that forges send when there is more than one."""
        size = min(int(self.one(query, "per_page", default)), largest)
        page = int(self.one(query, "page", 1))
        part = everything[(page - 1) * size:page * size]
        headers = {}
        last = max(1, -(-len(everything) // size))
        if last > 1:
            address = f"http://{self.headers.get('Host')}{urlparse(self.path).path}?per_page={size}&page="
            links = [f'<{address}{page + 1}>; rel="next"', f'<{address}{last}>; rel="last"'] if page < last else [f'<{address}1>; rel="first"']
            headers["Link"] = ", ".join(links)
        self.answer(200, wrap(part, len(everything)) if wrap else part, headers)

    def route(self):
        url = urlparse(self.path)
        with lock:
            body = self.body()
            if url.path == "/_fake":
                return self.control(json.loads(body))
            if not self.may(self.command not in ("GET", "HEAD")):
                return None
            for method, pattern, action in self.routes:
                match = re.fullmatch(pattern, url.path)
                if method == self.command and match:
                    raw = getattr(action, "raw", False)
                    data = body if raw else json.loads(body) if body else {}
                    return action(self, *map(unquote, match.groups()), query=parse_qs(url.query, keep_blank_values=True), data=data)
            return self.refuse(404, "Not Found")

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = route


def takes_bytes(action):
    action.raw = True
    return action
