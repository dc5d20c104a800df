#!/usr/bin/env python3
"""A FAKE of the places where releases are announced, written from their documentation: Slack, Mattermost and Discord
webhooks, Matrix ("PUT .../send/{eventType}/{txnId}": the same transaction is one event), Mastodon ("Post a new status":
the same Idempotency-Key is one status), and an SMTP server that keeps what it is given (RFC 5321; AUTH PLAIN and LOGIN).
Usage: fake_places.py HTTP_PORT SMTP_PORT. Control: POST /_fake {"status": N} answers N without doing anything once,
{"swallow": true} does it and breaks the connection once; GET /_fake tells {posts, mails, seen}."""
import base64
import html
import json
import re
import socket
import socketserver
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

http_port, smtp_port = map(int, sys.argv[1:3])
lock = threading.RLock()
state = {"posts": [], "mails": [], "seen": [], "status": 0, "swallow": False}
known = {}  # idempotency key or transaction -> answer


class Places(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def swallowed(self):
        if not state["swallow"]:
            return False
        state["swallow"] = False
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
        return True

    def post(self, kind, text, key=None, made=None):
        if key is not None and key in known:
            return self.answer(200, known[key])
        state["posts"].append({"kind": kind, "text": text})
        answer = made(len(state["posts"])) if made else "ok"
        if key is not None:
            known[key] = answer
        if not self.swallowed():
            self.answer(200, answer)

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            if self.path == "/_fake":
                state.update(json.loads(body) if body else {})
                return self.answer(200, {key: state[key] for key in ("posts", "mails", "seen")})
            state["seen"].append(self.path)
            if state["status"]:
                status, state["status"] = state["status"], 0
                return self.answer(status, {"error": "not now"})
            data = json.loads(body) if body else {}
            for pattern, action in ROUTES:
                match = re.fullmatch(pattern, self.path)
                if match:
                    return action(self, data, *match.groups())
            self.answer(404, "no_service")

    do_GET = do_POST = do_PUT = serve

    def hook(self, data, kind):
        text = data.get("content") if kind == "discord" else data.get("text")
        if not text:
            return self.answer(400, "invalid_payload")
        self.post(kind, text, made=(lambda n: {"id": str(n)}) if kind == "discord" else None)

    def matrix(self, data, room, transaction):
        if self.headers.get("Authorization") != "Bearer syt_fakefakefake":
            return self.answer(401, {"errcode": "M_UNKNOWN_TOKEN"})
        self.post("matrix", data["body"], "matrix " + transaction, lambda n: {"event_id": f"$event{n}"})

    def me(self, data):
        self.answer(200, {"id": "7", "username": "pelican"})

    def status(self, data):
        if self.headers.get("Authorization") != "Bearer masto_fakefakefake":
            return self.answer(401, {"error": "The access token is invalid"})
        text = html.escape(data["status"]).replace("\n", "<br />")
        self.post("mastodon", data["status"], "mastodon " + (self.headers.get("Idempotency-Key") or ""),
                  lambda n: {"id": str(n), "url": f"https://social.example/@pelican/{n}", "content": f"<p>{text}</p>"})

    def statuses(self, data):
        self.answer(200, [value for key, value in known.items() if key.startswith("mastodon ")])


ROUTES = [
    (r"/(slack|mattermost|discord|webhook)/T0FAKEFAKE", Places.hook),
    (r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([^/]+)", Places.matrix),
    (r"/api/v1/accounts/verify_credentials", Places.me),
    (r"/api/v1/accounts/7/statuses\?.*", Places.statuses),
    (r"/api/v1/statuses", Places.status),
]


class Mail(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())

    def handle(self):
        self.say("220 fake ESMTP")
        mail = {"to": [], "login": None}
        while line := self.rfile.readline().decode("latin-1").strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                self.wfile.write(b"250-fake\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")
            elif word == "AUTH":
                parts = line.split(" ")
                text = parts[2] if len(parts) > 2 else None
                if text is None:
                    self.say("334 ")
                    text = self.rfile.readline().decode().strip()
                _, user, password = base64.b64decode(text).decode().split("\0")
                good = (user, password) == ("pelican", "mail-password-0123")
                mail["login"] = user if good else None
                self.say("235 ok" if good else "535 no")
            elif word == "MAIL":
                mail["from"] = line
                self.say("250 ok")
            elif word == "RCPT":
                mail["to"].append(re.search("<(.*)>", line).group(1))
                self.say("250 ok")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n" and text:
                    lines.append(text.decode("latin-1").rstrip("\r\n"))
                with lock:
                    state["mails"].append(dict(mail, lines=lines))
                self.say("250 kept")
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")


socketserver.ThreadingTCPServer.allow_reuse_address = True
smtp = socketserver.ThreadingTCPServer(("127.0.0.1", smtp_port), Mail)
threading.Thread(target=smtp.serve_forever, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", http_port), Places).serve_forever()
