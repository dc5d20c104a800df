#!/usr/bin/env python3
"""A proxy that breaks one exchange of HTTP on request, for the matrix of faults (faults_test.lua). What toxiproxy does to
bytes this does to requests and answers: it knows whether the server has acted before the answer is spoilt.
Usage: fault_proxy.py PORT UPSTREAM [CERTIFICATE KEY]; UPSTREAM is a port, or a folder of git repositories, which git's own
http-backend then serves. POST /_faults {"kind": K, "at": N} arms kind K for the N-th
request from now ("writes": the N-th that changes something; "pid_file": whom the kinds kill and kill_done end); its answer tells {"hit", "count"} of the arming before. Addresses of other local ports in JSON answers
lead through the proxy as well (/@PORT/...)."""
import email.utils
import http.client
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port = int(sys.argv[1])
upstream = int(sys.argv[2]) if sys.argv[2].isdigit() else None
repositories = None if upstream else sys.argv[2]
lock = threading.RLock()
armed = {"kind": None, "at": 0, "count": 0, "hit": False, "stale": 0, "writes": False, "pid_file": None}
last_answers = {}  # path -> the last answer to a GET, for servers that lag behind themselves

# Statuses that come instead of the server's, which has heard nothing.
instead = {
    "429_seconds": (429, {"Retry-After": "1"}), "429_date": (429, None), "429_bare": (429, {}),
    "403_primary": (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()))}),
    "403_secondary": (403, {"Retry-After": "1"}), "408": (408, {}), "500": (500, {}), "502": (502, {}), "503": (503, {}),
    "503_retry_after": (503, {"Retry-After": "0"}), "504": (504, {}), "401": (401, {}), "404": (404, {}),
    "redirect_elsewhere": (302, {"Location": "http://127.0.0.1:1/elsewhere"}), "redirect_post": (307, {"Location": "http://127.0.0.1:1/elsewhere"}),
}
# Statuses that come after the server has done it.
afterwards = {"500_done": 500, "502_done": 502, "504_done": 504}


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def kill(self):
        """Kills the process that asks, as a power cut would; the connection ends once it is gone."""
        with open(armed["pid_file"]) as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                        break
            except OSError:
                break
            time.sleep(0.01)
        return self.break_off(True)

    def break_off(self, hard):
        if hard:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR) if not hard else None
        except OSError:
            pass
        self.connection.close()

    def send(self, status, headers, body, length=None, slow=False):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command == "HEAD" or status in (204, 304):
            return
        if slow:
            for at in range(0, min(len(body), 40)):
                self.wfile.write(body[at:at + 1])
                self.wfile.flush()
                time.sleep(0.005)
            body = body[40:]
        self.wfile.write(body)

    def read_body(self, half=False):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length // 2 if half else length)

    def backend(self, body):
        path, _, query = self.path.partition("?")
        env = dict(os.environ, GIT_PROJECT_ROOT=repositories, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                   CONTENT_TYPE=self.headers.get("Content-Type") or "", CONTENT_LENGTH=str(len(body)), REMOTE_USER="rel", REMOTE_ADDR="127.0.0.1",
                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding") or "", HTTP_GIT_PROTOCOL=self.headers.get("Git-Protocol") or "")
        out = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE, check=False).stdout
        head, _, data = out.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        return status, [pair for pair in headers if pair[0] != "Status"], data

    def forward(self, body):
        if repositories:
            return self.backend(body)
        target, path = upstream, self.path
        other = re.match(r"/@(\d+)(/.*)", path)
        if other:
            target, path = int(other.group(1)), other.group(2)
        server = http.client.HTTPConnection("127.0.0.1", target, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("transfer-encoding", "content-length", "expect", "connection", "accept-encoding")}
        if other and re.match(r"/(blob|log)/", path):  # a place of its own would not have been given it
            headers.pop("Authorization", None)
        if body or self.command in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(body))
        server.request(self.command, path, body=body or None, headers=headers)
        answer = server.getresponse()
        data, found = answer.read(), answer.getheaders()
        server.close()
        if "json" in (answer.getheader("Content-Type") or ""):
            data = re.sub(rb"http://127\.0\.0\.1:(?!%d\b)(\d+)" % port, rb"http://127.0.0.1:%d/@\1" % port, data)
        found = [(n, re.sub(r"http://127\.0\.0\.1:(?!%d\b)(\d+)" % port, r"http://127.0.0.1:%d/@\1" % port, v) if n.lower() in ("location", "www-authenticate") else v) for n, v in found]
        return answer.status, found, data

    def control(self):
        wanted = json.loads(self.read_body())
        with lock:
            before = dict(armed)
            if wanted.get("id") and wanted["id"] == armed.get("id"):  # asked again: its answer was late
                return self.send(200, [("Content-Type", "application/json")], armed["said"])
            armed.update({"kind": wanted.get("kind"), "at": wanted.get("at", 1), "writes": wanted.get("writes", False), "pid_file": wanted.get("pid_file"), "count": 0, "hit": False, "stale": 0})
            armed.update({"id": wanted.get("id"), "said": json.dumps({"hit": before["hit"], "count": before["count"]}).encode()})
        self.send(200, [("Content-Type", "application/json")], armed["said"])

    def due(self):
        with lock:
            if armed["writes"] and self.command in ("GET", "HEAD"):
                return None
            armed["count"] += 1
            if armed["kind"] and not armed["hit"] and armed["count"] >= armed["at"]:
                armed["hit"] = True
                armed["stale"] = 3 if armed["kind"] == "lag" else 0
                return armed["kind"]

    def serve(self):
        if self.path == "/_faults":
            return self.control()
        kind = self.due()
        if kind in ("reset", "refused"):
            if kind == "refused":
                pause_listening()
            return self.break_off(True)
        if kind == "kill":
            return self.kill()
        body = self.read_body(half=kind == "upload_cut")
        if kind != "upload_cut" and len(body) < int(self.headers.get("Content-Length") or 0):
            return self.break_off(True)  # who sent it was killed meanwhile: half a body reaches nobody
        if kind == "upload_cut" or kind == "reset_after_request":
            return self.break_off(True)
        if kind == "empty_reply":
            return self.break_off(False)
        if kind in instead:
            status, headers = instead[kind]
            headers = {"Retry-After": email.utils.formatdate(time.time() + 1, usegmt=True)} if headers is None else headers
            return self.send(status, [*headers.items(), ("Content-Type", "application/json")], b'{"message": "a fault of the matrix"}')
        if kind == "portal":
            return self.send(200, [("Content-Type", "text/html")], b"<html><body>Please log in to the hotel's network</body></html>")
        if kind == "no_http":
            self.wfile.write(b"\x15\x03\x01 this is no HTTP\r\n\r\n")
            return self.break_off(False)
        with lock:
            stale = self.command == "GET" and armed["stale"] > 0 and last_answers.get(self.path)
            armed["stale"] -= 1 if stale else 0
        status, headers, data = stale or self.forward(body)
        if self.command == "GET" and not stale:
            last_answers[self.path] = (status, headers, data)
        self.spoil(kind, status, headers, data)

    def spoil(self, kind, status, headers, data):
        if kind == "kill_done":
            return self.kill()
        if kind == "lost":
            return self.break_off(True)
        if kind == "lost_quietly":
            return self.break_off(False)
        if kind == "never":
            time.sleep(1.2)
            return self.break_off(False)
        if kind in afterwards:
            return self.send(afterwards[kind], [("Content-Type", "text/plain")], b"upstream trouble")
        if kind == "truncated":
            self.send(status, headers, data[:len(data) // 2])
        elif kind == "too_short":
            self.send(status, headers, data, length=len(data) + 64)
            self.break_off(False)
        elif kind == "cut_body":
            self.send(status, headers, data[:len(data) // 2], length=len(data))
            self.break_off(True)
        elif kind == "garbage":
            self.send(status, headers, b"\xff\xfe{]" + data[4:])
        elif kind == "empty_body":
            self.send(status, headers, b"")
        else:
            self.send(status, headers, data, slow=kind == "drip")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve


class Server(ThreadingHTTPServer):
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 64


def pause_listening():
    """Nobody listens for a moment; those who come are refused."""
    def pause():
        with lock:
            old, servers[0] = servers[0], None
        if old is None:
            return
        old.shutdown()
        old.server_close()
        time.sleep(0.3)
        servers[0] = Server(("127.0.0.1", port), Proxy)
        threading.Thread(target=servers[0].serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    threading.Thread(target=pause, daemon=True).start()
    time.sleep(0.1)  # until it is so


servers = [Server(("127.0.0.1", port), Proxy)]
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    servers[0].socket = context.wrap_socket(servers[0].socket, server_side=True)
threading.Thread(target=servers[0].serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
threading.Event().wait()
