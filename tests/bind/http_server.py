"""A server for tests/bind/http_test.lua that behaves well and badly on request.

usage: http_server.py [CERTIFICATE KEY]   prints its port, serves until its input ends
"""
import hashlib
import json
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

seen = []  # every request: method, path, headers, body_size, body_sha256, peer
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status in (204, 304):
            self.end_headers()
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def chunks(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left:
            block = self.rfile.read(min(left, 1 << 16))
            if not block:
                return
            left -= len(block)
            yield block

    def read_body(self):
        digest, size, start = hashlib.sha256(), 0, b""
        for block in self.chunks():
            digest.update(block)
            size += len(block)
            start = (start + block)[:4096]
        return size, digest.hexdigest(), start.decode("latin-1")

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def serve(self):
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/refuse-upload":  # ends it after the first bytes
            self.rfile.read(1000)
            return self.reset()
        size, digest, start = self.read_body()
        entry = {"method": self.command, "path": self.path, "size": size, "sha256": digest, "start": start,
                 "headers": {name.lower(): value for name, value in self.headers.items()},
                 "peer": self.client_address[1]}
        with lock:
            if url.path != "/seen":
                seen.append(entry)
        getattr(self, "do_" + url.path.strip("/").replace("-", "_"), self.do_missing)(query, entry)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def do_missing(self, query, entry):
        self.answer(404, b"nothing here")

    def do_seen(self, query, entry):
        self.answer(200, json.dumps(seen).encode())

    def do_echo(self, query, entry):
        time.sleep(float(query.get("after", 0)))
        self.answer(int(query.get("status", 200)), json.dumps(entry).encode(),
                    [("X-Twice", "one"), ("X-Twice", "two"), ("X-Empty", "")])

    def do_status(self, query, entry):
        self.answer(int(query["code"]), query.get("body", "").encode())

    def do_redirect(self, query, entry):
        self.answer(int(query.get("status", 302)), b"elsewhere", [("Location", query["to"])])

    def do_big(self, query, entry):
        left = int(query["size"])
        self.send_response(200)
        if "unknown" in query:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(left))
        self.end_headers()
        block = b"0123456789abcdef" * 4096
        while left:
            part = block[:left]
            self.wfile.write(part)
            left -= len(part)

    def do_bomb(self, query, entry):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
        self.answer(200, body, [("Content-Encoding", "gzip")])

    def do_silent(self, query, entry):
        time.sleep(20)

    def do_stall(self, query, entry):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 10)
        self.wfile.flush()
        time.sleep(20)

    def do_drip(self, query, entry):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.1)

    def do_cut(self, query, entry):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 100)
        self.wfile.flush()
        self.close_connection = True

    def do_reset(self, query, entry):
        self.reset()

    def do_close_quietly(self, query, entry):
        self.answer(200, b"kept, it seems")
        self.wfile.flush()
        self.close_connection = True

    def do_endless_headers(self, query, entry):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(20000):
            self.wfile.write(b"X-%d: %s\r\n" % (number, b"y" * 50))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
