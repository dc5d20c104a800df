#!/usr/bin/env python3
"""A FAKE of GitHub's REST API for releases, written from its documentation (docs.github.com/rest: "Releases",
"Release assets", "Check runs", "Commit statuses", "Troubleshooting": rate limits). It stands in where no real part can
be had. What it imitates because a release runner stumbles over it:
  - drafts are not found by their tag; a second published release of a tag is 422 already_exists
  - assets go to another host (upload_url); a name that is taken is 422 already_exists; a broken upload leaves a stub in
    state "starter"; assets carry a digest
  - an asset is downloaded from a third host, which refuses a request that still carries the Authorization header
  - a wrong token is 401, one without rights has permissions.push = false, secondary limits are 403 with retry-after
Usage: fake_github.py API_PORT UPLOAD_PORT STORAGE_PORT. Control: POST /_fake {"limit": N, "cut": true, "checks": {...}}."""
import hashlib
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlparse

api_port, upload_port, storage_port = map(int, sys.argv[1:4])
TOKEN, READ_ONLY = "ghp_fakefakefakefakefakefakefakefakefake", "ghp_readreadreadreadreadreadreadreadread"
lock = threading.RLock()
state = {"releases": [], "next": 1, "bytes": {}, "limit": 0, "cut": False, "checks": {}, "latest": None}


def address(port):
    return f"http://127.0.0.1:{port}"


def new_id():
    state["next"] += 1
    return state["next"]


def shown(release):
    view = {key: value for key, value in release.items()}
    view["assets"] = list(release["assets"].values())
    return view


class Base(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value=None, headers=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, message, errors=None, headers=None):
        self.answer(status, {"message": message, "errors": errors or [], "documentation_url": "https://docs.github.com/rest"}, headers)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def token(self):
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        return token if scheme in ("Bearer", "token") else None

    def may(self, write):
        token = self.token()
        if token not in (TOKEN, READ_ONLY):
            self.refuse(401, "Bad credentials")
        elif write and token == READ_ONLY:
            self.refuse(403, "Resource not accessible by personal access token")
        elif state["limit"] > 0:
            state["limit"] -= 1
            self.refuse(403, "You have exceeded a secondary rate limit", headers={"Retry-After": "1"})
        else:
            return True
        return False


class Api(Base):
    def route(self):
        url = urlparse(self.path)
        if url.path == "/_fake":
            state.update(json.loads(self.body()))
            return self.answer(200, {"latest": state["latest"]})
        with lock:
            body = self.body()
            if not self.may(self.command != "GET"):
                return None
            data = json.loads(body) if body else {}
            for method, pattern, action in ROUTES:
                match = re.fullmatch(pattern, url.path)
                if method == self.command and match:
                    return action(self, *map(unquote, match.groups()), query=parse_qs(url.query), data=data)
            return self.refuse(404, "Not Found")

    do_GET = do_POST = do_PATCH = do_DELETE = route

    def repository(self, query, data):
        push = self.token() == TOKEN
        self.answer(200, {"full_name": "me/pelican", "permissions": {"pull": True, "push": push, "admin": False}})

    def find(self, number):
        return next((r for r in state["releases"] if r["id"] == int(number)), None)

    def listed(self, query, data):
        size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        everything = [shown(r) for r in reversed(state["releases"]) if not r["draft"] or self.token() == TOKEN]
        self.answer(200, everything[(page - 1) * size:page * size])

    def by_tag(self, tag, query, data):
        release = next((r for r in state["releases"] if r["tag_name"] == tag and not r["draft"]), None)
        self.answer(200, shown(release)) if release else self.refuse(404, "Not Found")

    def taken(self, tag, but=None):
        return any(r["tag_name"] == tag and not r["draft"] and r is not but for r in state["releases"])

    def create(self, query, data):
        if not data.get("draft") and self.taken(data["tag_name"]):
            return self.refuse(422, "Validation Failed", [{"resource": "Release", "code": "already_exists", "field": "tag_name"}])
        number = new_id()
        release = {
            "id": number, "tag_name": data["tag_name"], "name": data.get("name"), "body": data.get("body"),
            "draft": bool(data.get("draft")), "prerelease": bool(data.get("prerelease")), "assets": {},
            "html_url": f"https://github.example/me/pelican/releases/tag/{data['tag_name']}",
            "upload_url": f"{address(upload_port)}/repos/me/pelican/releases/{number}/assets{{?name,label}}",
        }
        state["releases"].append(release)
        self.answer(201, shown(release))

    def edit(self, number, query, data):
        release = self.find(number)
        if not release:
            return self.refuse(404, "Not Found")
        if data.get("draft") is False and self.taken(release["tag_name"], release):
            return self.refuse(422, "Validation Failed", [{"resource": "Release", "code": "already_exists", "field": "tag_name"}])
        for key in ("name", "body", "draft", "prerelease", "tag_name"):
            if key in data:
                release[key] = data[key]
        if data.get("make_latest") == "true" and not release["draft"] and not release["prerelease"]:
            state["latest"] = release["tag_name"]
        self.answer(200, shown(release))

    def delete(self, number, query, data):
        release = self.find(number)
        if not release:
            return self.refuse(404, "Not Found")
        state["releases"].remove(release)
        self.answer(204)

    def asset(self, number):
        for release in state["releases"]:
            if int(number) in release["assets"]:
                return release, release["assets"][int(number)]
        return None, None

    def read_asset(self, number, query, data):
        _, asset = self.asset(number)
        if not asset:
            return self.refuse(404, "Not Found")
        if self.headers.get("Accept") != "application/octet-stream":
            return self.answer(200, asset)
        self.answer(302, None, {"Location": f"{address(storage_port)}/blob/{number}?signature=x"})

    def delete_asset(self, number, query, data):
        release, asset = self.asset(number)
        if not asset:
            return self.refuse(404, "Not Found")
        del release["assets"][int(number)]
        self.answer(204)

    def check_runs(self, commit, query, data):
        runs = state["checks"].get("runs", [])
        self.answer(200, {"total_count": len(runs), "check_runs": runs})

    def status(self, commit, query, data):
        statuses = state["checks"].get("statuses", [])
        self.answer(200, {"state": "pending", "statuses": statuses})


REPO = "/repos/me/pelican"
ROUTES = [
    ("GET", REPO, Api.repository),
    ("GET", REPO + "/releases", Api.listed),
    ("POST", REPO + "/releases", Api.create),
    ("GET", REPO + "/releases/tags/([^/]+)", Api.by_tag),
    ("PATCH", REPO + r"/releases/(\d+)", Api.edit),
    ("DELETE", REPO + r"/releases/(\d+)", Api.delete),
    ("GET", REPO + r"/releases/assets/(\d+)", Api.read_asset),
    ("DELETE", REPO + r"/releases/assets/(\d+)", Api.delete_asset),
    ("GET", REPO + "/commits/([^/]+)/check-runs", Api.check_runs),
    ("GET", REPO + "/commits/([^/]+)/status", Api.status),
]


class Upload(Base):
    def do_POST(self):
        url = urlparse(self.path)
        data = self.body()
        with lock:
            if not self.may(True):
                return None
            number = int(re.search(r"/releases/(\d+)/assets$", url.path).group(1))
            release = next((r for r in state["releases"] if r["id"] == number), None)
            name = parse_qs(url.query)["name"][0]
            if not release:
                return self.refuse(404, "Not Found")
            if any(asset["name"] == name for asset in release["assets"].values()):
                return self.refuse(422, "Validation Failed", [{"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}])
            key = new_id()
            cut, state["cut"] = state["cut"], False
            asset = {
                "id": key, "name": name, "size": len(data), "state": "starter" if cut else "uploaded", "download_count": 0,
                "digest": None if cut else "sha256:" + hashlib.sha256(data).hexdigest(),
                "url": f"{address(api_port)}{REPO}/releases/assets/{key}", "browser_download_url": f"{address(storage_port)}/blob/{key}",
            }
            release["assets"][key] = asset
            state["bytes"][key] = data
            if cut:
                return self.refuse(502, "Server Error")
            self.answer(201, asset)


class Storage(Base):
    def do_GET(self):
        if self.headers.get("Authorization"):
            return self.refuse(400, "Only one auth mechanism allowed")
        data = state["bytes"].get(int(urlparse(self.path).path.rsplit("/", 1)[1]))
        if data is None:
            return self.refuse(404, "Not Found")
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


for port, handler in ((upload_port, Upload), (storage_port, Storage)):
    threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", api_port), Api).serve_forever()
