#!/usr/bin/env python3
"""A FAKE, written from documentation, of what trusted publishing needs: the identity endpoint of GitHub Actions
("OpenID Connect reference": GET with `audience` and a bearer), and the exchanges of the Python index ("Trusted
publishers: internals"), the crate registry ("Trusted publishing") and npm (its client's lib/utils/oidc.js).
Usage: fake_identity.py PORT. GET /_fake tells what was given out and given back; POST /_fake {"refuse": true} makes the
registries refuse the identity; {"steps": [...]} are answered, one a request, before anything else is done: a step is a
status, or "swallow" (do it, break the connection), "truncate" (do it, send half), "short" (a length that is too long),
"reset" (break at once), "elsewhere" (a redirect to another host)."""
import hashlib
import json
import re
import socket
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

state = {"identities": [], "minted": [], "given_back": [], "crates": [], "refuse": False, "steps": []}
crates = {}  # name → the file
BEARER = "ci-request-token-0123456789"


class Identity(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        step = getattr(self, "step", None)
        if step == "swallow":
            return self.cut()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) + (50 if step == "short" else 0)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if step == "truncate" else body)
        if step in ("truncate", "short"):
            self.close_connection = True

    def cut(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def serve(self):
        url = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = json.loads(text) if text and self.command != "PUT" else {}
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if url.path == "/_fake":
            state.update(data)
            return self.answer(200, state)
        self.step = state["steps"].pop(0) if state["steps"] else None
        if isinstance(self.step, int):
            return self.answer(self.step, {"message": "not now"})
        if self.step == "reset":
            return self.cut()
        if self.step == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if url.path == "/identity":
            if bearer != BEARER:
                return self.answer(401, {"message": "no"})
            audience = parse_qs(url.query)["audience"][0]
            state["identities"].append(audience)
            return self.answer(200, {"value": f"eyJhbGciOi.{audience.encode().hex()}.c2lnbmF0dXJl"})
        if url.path == "/index/config.json":
            return self.answer(200, {"dl": f"http://{self.headers.get('Host')}/dl", "api": f"http://{self.headers.get('Host')}"})
        if url.path.startswith("/index/"):
            lines = [entry for entry in state["crates"] if url.path.endswith("/" + entry["name"])]
            return self.raw(200, "".join(json.dumps(entry) + "\n" for entry in lines).encode()) if lines else self.answer(404, {})
        if url.path.startswith("/dl/"):
            return self.raw(200, crates[url.path.split("/")[2]])
        if url.path == "/api/v1/crates/new":
            if bearer != "cio_tp_minted0123456789" or state["given_back"]:
                return self.answer(403, {"errors": [{"detail": "authentication failed"}]})
            (size,) = struct.unpack("<I", text[:4])
            about = json.loads(text[4:4 + size])
            crates[about["name"]] = text[8 + size:]
            state["crates"].append({"name": about["name"], "vers": about["vers"], "deps": [], "features": {}, "yanked": False, "cksum": hashlib.sha256(text[8 + size:]).hexdigest()})
            return self.answer(200, {"warnings": {"invalid_categories": [], "invalid_badges": [], "other": []}})
        if url.path == "/_/oidc/audience":
            return self.answer(200, {"audience": "fake-index"})
        if url.path == "/_/oidc/mint-token":
            return self.mint("pypi", data.get("token"), "fake-index", 200, "pypi-AgENdGVzdC5taW50ZWQ")
        if url.path == "/api/v1/trusted_publishing/tokens":
            if self.command == "DELETE":
                state["given_back"].append(bearer)
                return self.answer(204, {})
            return self.mint("crates", data.get("jwt"), "127.0.0.1", 200, "cio_tp_minted0123456789")
        package = re.fullmatch(r"/-/npm/v1/oidc/token/exchange/package/(.+)", url.path)
        if package:
            return self.mint("npm " + package.group(1), bearer, "npm:127.0.0.1", 201, "npm_minted0123456789")
        self.answer(404, {"message": "Not Found"})

    do_GET = do_POST = do_PUT = do_DELETE = serve

    def mint(self, kind, identity, audience, status, token):
        if state["refuse"] or identity != f"eyJhbGciOi.{audience.encode().hex()}.c2lnbmF0dXJl":
            return self.answer(422, {"message": "invalid-publisher: valid token, but no corresponding publisher"})
        state["minted"].append(kind)
        self.answer(status, {"success": True, "token": token})

    def raw(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Identity).serve_forever()
