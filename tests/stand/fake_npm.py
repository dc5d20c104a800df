# A FAKE of an npm registry, for what Gitea's does not do: deprecation by sending the whole document back, as `npm deprecate`
# does, and limits. Written from npm's public registry interface and the source of libnpmpublish. usage: fake_npm.py PORT
import base64
import hashlib
import http.server
import json
import sys
import urllib.parse

packages, state = {}, {"limited": 0, "after": "1", "owned": []}


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, value, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")

    def name(self):
        return urllib.parse.unquote(self.path.split("?")[0][1:])

    def do_GET(self):
        name = self.name()
        if "/-/" in name:
            package, file = name.split("/-/")
            return self.say(200, packages[package]["files"][file])
        if name not in packages:
            return self.say(404, {"error": "not_found"})
        self.say(200, packages[name]["document"])

    def do_POST(self):
        state.update(self.body())
        self.say(200, state)

    def do_PUT(self):
        value, name = self.body(), self.name()
        if self.headers.get("Authorization") != "Bearer npm_fakefakefakefakefake":
            return self.say(401, {"error": "unauthorized"})
        if state["limited"] > 0:
            state["limited"] -= 1
            return self.say(429, {"error": "too many requests"}, [("Retry-After", state["after"])])
        if name in state["owned"]:  # by somebody else
            return self.say(403, {"error": 'You do not have permission to publish "%s". Are you logged in as the correct user?' % name})
        if name.startswith("-/package/"):
            package, tag = name[len("-/package/"):].split("/dist-tags/")
            packages[package]["document"]["dist-tags"][tag] = value
            return self.say(200, {"ok": True})
        if not value.get("_attachments"):
            document = packages[name]["document"]
            if value.get("_rev") != document["_rev"]:
                return self.say(409, {"error": "conflict"})
            value["_rev"] = "%d-x" % (int(document["_rev"].split("-")[0]) + 1)
            packages[name]["document"] = value
            return self.say(200, {"ok": True})
        held = packages.setdefault(name, {"document": {"_id": name, "_rev": "0-x", "name": name, "versions": {}, "dist-tags": {}}, "files": {}})
        for version, manifest in value["versions"].items():
            if version in held["document"]["versions"]:
                return self.say(403, {"error": "You cannot publish over the previously published versions: %s." % version})
            (file, attachment), = value["_attachments"].items()
            data = base64.b64decode(attachment["data"])
            if "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode() != manifest["dist"]["integrity"] or len(data) != attachment["length"]:
                return self.say(400, {"error": "integrity"})
            held["files"][file] = data
            held["document"]["versions"][version] = manifest
        held["document"]["dist-tags"].update(value["dist-tags"])
        held["document"]["_rev"] = "%d-x" % (int(held["document"]["_rev"].split("-")[0]) + 1)
        self.say(201, {"ok": True})


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Registry).serve_forever()
