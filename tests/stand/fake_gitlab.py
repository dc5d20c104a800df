#!/usr/bin/env python3
"""A FAKE of GitLab's REST API v4, written from its documentation (docs.gitlab.com/api: "Releases", "Release links",
"Generic packages", "Packages", "Project milestones", "Issues", "Merge requests", "Notes", "Pipelines", "Jobs", "Commits",
"Personal access tokens"). It stands in because no real GitLab can be had. What it imitates because a release runner
stumbles over it:
  - there are no draft releases and no pre-releases; the latest is the one with the newest released_at
  - files of a package: a second upload of a name makes a second file; uploads of one package side by side get lost (409)
  - file names of packages take only letters, digits and .+_-@~; direct_asset_path has a shape of its own (422)
  - a release of a tag that exists already is 409; a token without the scope api is told by /personal_access_tokens/self
  - an unknown project and a project one may not see are both 404
Usage: fake_gitlab.py PORT. Control: POST /_fake with any of the state's fields."""
import hashlib
import re
import sys

from fake_server import Base, serve, takes_bytes

PORT = int(sys.argv[1])
TOKEN, READ_ONLY, GUEST = "glpat-fakefakefakefakefake", "glpat-readreadreadread", "glpat-guestguestguestguest"
HOST = f"http://127.0.0.1:{PORT}"
state = {
    "releases": [], "next": 1, "packages": [], "clock": 0, "statuses": [], "pipelines": [], "jobs": {}, "logs": {}, "milestones": [], "issues": [],
    "merge_requests": [], "notes": {}, "approvals": {}, "tags": 0, "dispatch": "yes", "limit": 0, "uploading": 0, "lose": None,
}


def new_id():
    state["next"] += 1
    return state["next"]


def now():
    state["clock"] += 1
    minutes, seconds = divmod(state["clock"] * 10, 60)
    return f"2026-11-21T{10 + minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.000Z"


class Api(Base):
    def control(self, data):
        many = data.pop("many_releases", 0)
        state.update(data)
        for number in range(many):
            self.insert({"tag_name": f"v0.{number}.0", "released_at": "2020-01-01T00:00:00.000Z"})
        self.answer(200, {key: state[key] for key in ("releases", "packages", "pipelines", "notes", "merge_requests", "milestones")})

    def refuse(self, status, message):
        key = "message" if status != 401 else "message"
        self.answer(status, {key: message if status not in (404, 403) else f"{status} {message}"})

    def token(self):
        return self.headers.get("PRIVATE-TOKEN") or (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def may(self, write):
        token = self.token()
        if token not in (TOKEN, READ_ONLY, GUEST):
            self.answer(401, {"message": "401 Unauthorized"})
        elif write and token != TOKEN:
            self.answer(403, {"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api"})
        elif state["limit"] > 0:
            state["limit"] -= 1
            self.answer(429, {"message": "Too many requests"}, {"Retry-After": "1"})
        else:
            return True
        return False

    def project(self, query, data):
        level = 10 if self.token() == GUEST else 40
        self.answer(200, {
            "id": 7, "path_with_namespace": "group/sub/pelican",
            "permissions": {"project_access": {"access_level": level}, "group_access": None},
        })

    def self_token(self, query, data):
        self.answer(200, {"scopes": ["read_api"] if self.token() == READ_ONLY else ["api"], "active": True})

    # Packages ---------------------------------------------------------------------------------
    def packages(self, query, data):
        name, version = self.one(query, "package_name"), self.one(query, "package_version")
        found = [p for p in state["packages"] if name in (None, "") or name in p["name"]]
        found = [{"id": p["id"], "name": p["name"], "version": p["version"]} for p in found if version in (None, p["version"])]
        self.paged(query, found, default=20)

    def package(self, name, version):
        return next((p for p in state["packages"] if p["name"] == name and p["version"] == version), None)

    @takes_bytes
    def put_file(self, name, version, file, query, data):
        if not re.fullmatch(r"[A-Za-z0-9.+_@~-]+", file) or not re.fullmatch(r"[A-Za-z0-9.+_-]+", version):
            return self.answer(400, {"error": "file_name is invalid"})
        package = self.package(name, version)
        if not package:
            package = {"id": new_id(), "name": name, "version": version, "files": []}
            state["packages"].append(package)
        package["files"].append({
            "id": new_id(), "package_id": package["id"], "file_name": file, "size": len(data), "file_md5": None, "file_sha1": None,
            "file_sha256": hashlib.sha256(data).hexdigest(), "data": data.decode("latin-1"),
        })
        if state["lose"] == "upload":
            state["lose"] = None
            return self.refuse(502, "Bad Gateway")
        self.answer(201, {"message": "201 Created"})

    def get_file(self, name, version, file, query, data):
        package = self.package(name, version)
        entry = next((f for f in reversed(package["files"]) if f["file_name"] == file), None) if package else None
        if not entry:
            return self.refuse(404, "Not Found")
        self.raw(200, entry["data"].encode("latin-1"), "application/octet-stream")

    def package_by_id(self, number):
        return next((p for p in state["packages"] if p["id"] == int(number)), None)

    def package_files(self, number, query, data):
        package = self.package_by_id(number)
        if not package:
            return self.refuse(404, "Not Found")
        self.paged(query, [{k: v for k, v in f.items() if k != "data"} for f in package["files"]], default=20)

    def delete_file(self, number, file, query, data):
        package = self.package_by_id(number)
        if not package or not any(f["id"] == int(file) for f in package["files"]):
            return self.refuse(404, "Not Found")
        package["files"] = [f for f in package["files"] if f["id"] != int(file)]
        self.answer(204)

    def delete_package(self, number, query, data):
        if not self.package_by_id(number):
            return self.refuse(404, "Not Found")
        state["packages"] = [p for p in state["packages"] if p["id"] != int(number)]
        self.answer(204)

    # Releases ---------------------------------------------------------------------------------
    def find(self, tag):
        return next((r for r in state["releases"] if r["tag_name"] == tag), None)

    def newest_first(self):
        return sorted(state["releases"], key=lambda r: r["released_at"], reverse=True)

    def releases(self, query, data):
        self.paged(query, self.newest_first(), default=20)

    def release(self, tag, query, data):
        found = self.find(tag)
        self.answer(200, found) if found else self.refuse(404, "Not Found")

    def latest(self, query, data):
        found = self.newest_first()
        if not found:
            return self.refuse(404, "Not Found")
        self.answer(302, None, {"Location": f"{HOST}/api/v4/projects/group%2Fsub%2Fpelican/releases/{found[0]['tag_name']}"})

    def insert(self, data):
        links = []
        for link in (data.get("assets") or {}).get("links", []):
            links.append({
                "id": new_id(), "name": link["name"], "url": link["url"], "link_type": link.get("link_type", "other"),
                "direct_asset_url": f"{HOST}/group/sub/pelican/-/releases/{data['tag_name']}/downloads{link.get('direct_asset_path', '')}",
            })
        release = {
            "tag_name": data["tag_name"], "name": data.get("name") or data["tag_name"], "description": data.get("description"), "created_at": now(),
            "released_at": data.get("released_at") or now(), "upcoming_release": False, "assets": {"count": len(links), "links": links},
            "_links": {"self": f"{HOST}/group/sub/pelican/-/releases/{data['tag_name']}"},
        }
        state["releases"].append(release)
        return release

    def create(self, query, data):
        if self.find(data["tag_name"]):
            return self.answer(409, {"message": "Release already exists"})
        for link in (data.get("assets") or {}).get("links", []):
            path = link.get("direct_asset_path")
            if path and not re.fullmatch(r"/[^/](?!.*//.*)[-.\w/]+[\da-zA-Z]+", path):
                return self.answer(422, {"message": "Links filepath is in an invalid format"})
        release = self.insert(data)
        if state["lose"] == "release":
            state["lose"] = None
            return self.refuse(502, "Bad Gateway")
        self.answer(201, release)

    def edit(self, tag, query, data):
        release = self.find(tag)
        if not release:
            return self.refuse(404, "Not Found")
        release.update({k: v for k, v in data.items() if k in ("name", "description", "released_at")})
        self.answer(200, release)

    def delete(self, tag, query, data):
        release = self.find(tag)
        if not release:
            return self.refuse(404, "Not Found")
        state["releases"].remove(release)
        self.answer(200, release)

    def delete_link(self, tag, number, query, data):
        release = self.find(tag)
        release["assets"]["links"] = [link for link in release["assets"]["links"] if link["id"] != int(number)]
        self.answer(200, {})

    def tags(self, query, data):
        self.paged(query, [{"name": f"v0.{n}.0", "commit": {"id": f"{n:040x}"}} for n in range(state["tags"])], default=20)

    def statuses(self, commit, query, data):
        self.paged(query, state["statuses"], default=20)

    # Pipelines --------------------------------------------------------------------------------
    def pipelines(self, query, data):
        found = [p for p in state["pipelines"] if all(self.one(query, k) in (None, p[k]) for k in ("sha", "ref", "source"))]
        self.paged(query, sorted(found, key=lambda p: -p["id"]), default=20)

    def pipeline(self, number, query, data):
        found = next((p for p in state["pipelines"] if p["id"] == int(number)), None)
        self.answer(200, found) if found else self.refuse(404, "Not Found")

    def make_pipeline(self, query, data):
        if state["dispatch"] != "yes":
            return self.answer(400, {"message": {"base": ["Pipeline will not run for the selected trigger."]}})
        number = new_id()
        state["pipelines"].append({
            "id": number, "sha": "d" * 40, "ref": data["ref"], "status": "created", "source": "api", "variables": data.get("variables"),
            "web_url": f"{HOST}/group/sub/pelican/-/pipelines/{number}",
        })
        self.answer(201, state["pipelines"][-1])

    def pipeline_jobs(self, number, query, data):
        self.paged(query, state["jobs"].get(number, []), default=20)

    def retry(self, number, query, data):
        found = next(p for p in state["pipelines"] if p["id"] == int(number))
        found["status"] = "success"
        for job in state["jobs"].get(number, []):
            job["status"] = "success"
        self.answer(201, found)

    def cancel(self, number, query, data):
        found = next(p for p in state["pipelines"] if p["id"] == int(number))
        if found["status"] in ("created", "pending", "running"):
            found["status"] = "canceled"
        self.answer(200, found)

    def trace(self, number, query, data):
        self.raw(200, state["logs"].get(number, "").encode())

    # Planning ---------------------------------------------------------------------------------
    def milestones(self, query, data):
        self.paged(query, [m for m in state["milestones"] if self.one(query, "state") in (None, m["state"])], default=20)

    def make_milestone(self, query, data):
        if any(m["title"] == data["title"] for m in state["milestones"]):
            return self.answer(400, {"message": {"title": ["already being used for another group or project milestone."]}})
        number = new_id()
        state["milestones"].append({
            "id": number, "iid": number, "title": data["title"], "description": data.get("description"), "state": "active",
            "web_url": f"{HOST}/group/sub/pelican/-/milestones/{number}",
        })
        self.answer(201, state["milestones"][-1])

    def milestone(self, number):
        return next((m for m in state["milestones"] if m["id"] == int(number)), None)

    def read_milestone(self, number, query, data):
        found = self.milestone(number)
        self.answer(200, found) if found else self.refuse(404, "Not Found")

    def edit_milestone(self, number, query, data):
        found = self.milestone(number)
        if not found:
            return self.refuse(404, "Not Found")
        found["state"] = {"close": "closed", "activate": "active"}.get(data.get("state_event"), found["state"])
        self.answer(200, found)

    def delete_milestone(self, number, query, data):
        state["milestones"] = [m for m in state["milestones"] if m["id"] != int(number)]
        self.answer(204)

    def in_milestone(self, number, kind, query, data):
        title = self.milestone(number)["title"]
        self.paged(query, [i for i in state[kind] if (i.get("milestone") or {}).get("title") == title], default=20)

    def items(self, kind, query, data):
        labels = set(filter(None, self.one(query, "labels", "").split(",")))
        found = [
            i for i in state[kind]
            if labels <= set(i.get("labels", [])) and self.one(query, "state") in (None, "all", i["state"])
            and self.one(query, "milestone") in (None, (i.get("milestone") or {}).get("title"))
            and self.one(query, "source_branch") in (None, i.get("source_branch")) and self.one(query, "target_branch") in (None, i.get("target_branch"))
        ]
        self.paged(query, found, default=20)

    def make_issue(self, query, data):
        number = new_id()
        state["issues"].append({
            "iid": number, "title": data["title"], "description": data.get("description"), "state": "opened", "labels": [], "author": {"username": "me"},
            "created_at": "2026-11-21T12:00:00.000Z", "web_url": f"{HOST}/group/sub/pelican/-/issues/{number}",
        })
        self.answer(201, state["issues"][-1])

    def edit_issue(self, number, query, data):
        found = next((i for i in state["issues"] if i["iid"] == int(number)), None)
        if not found:
            return self.refuse(404, "Not Found")
        found["state"] = {"close": "closed", "reopen": "opened"}.get(data.get("state_event"), found["state"])
        self.answer(200, found)

    def notes(self, kind, number, query, data):
        self.paged(query, state["notes"].get(f"{kind}/{number}", []), default=20)

    def note(self, kind, number, query, data):
        entry = {"id": new_id(), "body": data["body"]}
        state["notes"].setdefault(f"{kind}/{number}", []).append(entry)
        self.answer(201, entry)

    def delete_note(self, kind, number, note, query, data):
        key = f"{kind}/{number}"
        state["notes"][key] = [entry for entry in state["notes"].get(key, []) if entry["id"] != int(note)]
        self.answer(204)

    def make_request(self, query, data):
        if any(m["source_branch"] == data["source_branch"] and m["state"] == "opened" for m in state["merge_requests"]):
            return self.answer(409, {"message": ["Another open merge request already exists for this source branch"]})
        number = new_id()
        state["merge_requests"].append({
            "iid": number, "title": data["title"], "description": data.get("description"), "state": "opened", "labels": [], "sha": "e" * 40,
            "source_branch": data["source_branch"], "target_branch": data["target_branch"], "merge_commit_sha": None, "squash_commit_sha": None,
            "has_conflicts": False, "web_url": f"{HOST}/group/sub/pelican/-/merge_requests/{number}",
        })
        self.answer(201, state["merge_requests"][-1])

    def request(self, number, query, data):
        found = next((m for m in state["merge_requests"] if m["iid"] == int(number)), None)
        if not found:
            return self.refuse(404, "Not Found")
        for key in ("title", "description"):
            found[key] = data.get(key, found[key])
        found["state"] = {"close": "closed", "reopen": "opened"}.get(data.get("state_event"), found["state"])
        self.answer(200, found)

    def approvals(self, number, query, data):
        self.answer(200, state["approvals"].get(number, {"approved_by": [], "approvals_left": 0}))

    def requests_of(self, commit, query, data):
        self.paged(query, [m for m in state["merge_requests"] if m["merge_commit_sha"] == commit], default=20)


P = "/api/v4/projects/group%2Fsub%2Fpelican"
N, W = r"(\d+)", "([^/]+)"
KINDS = "(issues|merge_requests)"
Api.routes = [
    ("GET", "/api/v4/personal_access_tokens/self", Api.self_token), ("GET", P, Api.project),
    ("GET", P + "/packages", Api.packages), ("GET", P + f"/packages/{N}/package_files", Api.package_files),
    ("DELETE", P + f"/packages/{N}/package_files/{N}", Api.delete_file), ("DELETE", P + f"/packages/{N}", Api.delete_package),
    ("PUT", P + f"/packages/generic/{W}/{W}/{W}", Api.put_file), ("GET", P + f"/packages/generic/{W}/{W}/{W}", Api.get_file),
    ("GET", P + "/releases", Api.releases), ("POST", P + "/releases", Api.create), ("GET", P + "/releases/permalink/latest", Api.latest),
    ("GET", P + f"/releases/{W}", Api.release), ("PUT", P + f"/releases/{W}", Api.edit), ("DELETE", P + f"/releases/{W}", Api.delete),
    ("DELETE", P + f"/releases/{W}/assets/links/{N}", Api.delete_link), ("GET", P + "/repository/tags", Api.tags),
    ("GET", P + f"/repository/commits/{W}/statuses", Api.statuses), ("GET", P + f"/repository/commits/{W}/merge_requests", Api.requests_of),
    ("GET", P + "/pipelines", Api.pipelines), ("POST", P + "/pipeline", Api.make_pipeline), ("GET", P + f"/pipelines/{N}", Api.pipeline),
    ("GET", P + f"/pipelines/{N}/jobs", Api.pipeline_jobs), ("POST", P + f"/pipelines/{N}/retry", Api.retry),
    ("POST", P + f"/pipelines/{N}/cancel", Api.cancel), ("GET", P + f"/jobs/{N}/trace", Api.trace),
    ("GET", P + "/milestones", Api.milestones), ("POST", P + "/milestones", Api.make_milestone), ("GET", P + f"/milestones/{N}", Api.read_milestone),
    ("PUT", P + f"/milestones/{N}", Api.edit_milestone), ("DELETE", P + f"/milestones/{N}", Api.delete_milestone),
    ("GET", P + f"/milestones/{N}/{KINDS}", Api.in_milestone), ("POST", P + "/merge_requests", Api.make_request),
    ("GET", P + f"/merge_requests/{N}/approvals", Api.approvals), ("GET", P + f"/merge_requests/{N}", Api.request),
    ("PUT", P + f"/merge_requests/{N}", Api.request), ("GET", P + f"/{KINDS}", Api.items),
    ("POST", P + "/issues", Api.make_issue), ("PUT", P + f"/issues/{N}", Api.edit_issue),
    ("GET", P + f"/{KINDS}/{N}/notes", Api.notes), ("POST", P + f"/{KINDS}/{N}/notes", Api.note), ("DELETE", P + f"/{KINDS}/{N}/notes/{N}", Api.delete_note),
]

serve(PORT, Api)
