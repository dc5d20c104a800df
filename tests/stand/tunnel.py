#!/usr/bin/env python3
"""A proxy as companies have them: CONNECT only, with a user and a password. Every name leads to this machine, so that what
comes through it can have a name that nobody else resolves. Usage: tunnel.py PORT LOG; LOG gets one line per request."""
import base64
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, log = int(sys.argv[1]), sys.argv[2]
WANTED = "Basic " + base64.b64encode(b"rel:pr0xy-word").decode()


class Tunnel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        allowed = self.headers.get("Proxy-Authorization") == WANTED
        with open(log, "a") as lines:
            lines.write(f"{'CONNECT' if allowed else 'REFUSED'} {self.path} {' '.join(sorted(name.lower() for name in self.headers))}\n")
        if not allowed:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="tunnel"')
            self.send_header("Content-Length", "0")
            return self.end_headers()
        other = socket.create_connection(("127.0.0.1", int(self.path.rsplit(":", 1)[1])))
        self.send_response(200)
        self.end_headers()
        back = threading.Thread(target=self.copy, args=(other, self.connection), daemon=True)
        back.start()
        self.copy(self.connection, other)
        back.join(10)
        self.close_connection = True

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


Server(("127.0.0.1", port), Tunnel).serve_forever()
