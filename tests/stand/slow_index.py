# A FAKE of an index that lags: a proxy before a real registry which, for some seconds after a package was sent, answers
# questions about it with 404, as the public indexes do behind their caches. usage: slow_index.py PORT UPSTREAM SECONDS
import http.client
import http.server
import sys
import time
import urllib.parse

port, upstream, lag = int(sys.argv[1]), urllib.parse.urlsplit(sys.argv[2]), float(sys.argv[3])
sent = [0.0]
INDEXES = ("/simple/", "/npm/", "/cargo/pe", "/cargo/sl", "/manifests/")


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "GET" and any(part in self.path for part in INDEXES) and time.time() < sent[0] + lag:
            return self.answer(404, [("Content-Type", "application/json")], b"{}")
        connection = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        headers["Host"] = self.headers["Host"]
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        data = response.read()
        if self.command in ("PUT", "POST") and response.status < 300:
            sent[0] = time.time()
        self.answer(response.status, response.getheaders(), data)
        connection.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = forward


http.server.ThreadingHTTPServer(("127.0.0.1", port), Proxy).serve_forever()
