#!/usr/bin/env python3
"""A FAKE of GitHub's REST API, written from its documentation (docs.github.com/rest: "Releases", "Release assets",
"Check runs", "Commit statuses", "Workflow runs", "Workflow jobs", "Workflow artifacts", "Milestones", "Issues", "Pulls", "Troubleshooting": rate
limits; "Immutable releases"). It stands in where no real part can be had. What it imitates because a release runner
stumbles over it:
  - drafts are not found by their tag; a second published release of a tag is 422 already_exists
  - assets go to another host (upload_url); a name that is taken is 422 already_exists; a broken upload leaves a stub in
    state "starter"; assets carry a digest
  - an asset or a log is downloaded from a third host, which refuses a request that still carries the Authorization header
  - a published release of an immutable repository keeps its assets and tag; title and text can be changed
  - a wrong token is 401, one without rights has permissions.push = false, secondary limits are 403 with retry-after
  - a dispatch names its run only when asked (return_run_details); an older server refuses to be asked
  - artifacts are zip files with a digest, fetched from that third host by a signed address; an expired one is 410
  - what `builds` says of a target becomes of it when it is dispatched: its files, or "queued", "fails" (at a step) or
    "lost" (with its runner, no step says so; only once)
  - a rerun keeps the run's id and raises run_attempt; cancelling what has ended is 409
Usage: fake_github.py API_PORT UPLOAD_PORT STORAGE_PORT. Control: POST /_fake with any of the state's fields."""
import hashlib
import io
import json
import re
import sys
import zipfile
from urllib.parse import parse_qs, urlparse

from fake_server import Base, lock, serve

api_port, upload_port, storage_port = map(int, sys.argv[1:4])
TOKEN, READ_ONLY = "ghp_fakefakefakefakefakefakefakefakefake", "ghp_readreadreadreadreadreadreadreadread"
state = {
    "releases": [], "next": 1, "bytes": {}, "limit": 0, "expires": None, "cut": False, "checks": {}, "latest": None, "immutable": False, "tags": 0, "lose": None,
    "runs": [], "jobs": {}, "logs": {}, "dispatch": "details", "milestones": [], "issues": [], "comments": {}, "pulls": [], "reviews": {},
    "artifacts": {}, "builds": {}, "commit": "d" * 40, "expired": False, "spoilt": False,
    "merges": None, "head_sha": "e" * 40,
}


def address(port):
    return f"http://127.0.0.1:{port}"


def new_id():
    state["next"] += 1
    return state["next"]


def shown(release):
    view = {key: value for key, value in release.items()}
    view["assets"] = list(release["assets"].values())
    return view


class Hub(Base):
    def refuse(self, status, message, errors=None, headers=None):
        self.answer(status, {"message": message, "errors": errors or [], "documentation_url": "https://docs.github.com/rest"}, headers)

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


class Api(Hub):
    def control(self, data):
        many = data.pop("many_releases", 0)
        state.update(data)
        for number in range(many):
            self.insert({"tag_name": f"v0.{number}.0", "name": f"0.{number}.0", "draft": False})
        shown_state = {key: state[key] for key in ("latest", "runs", "jobs", "comments", "pulls", "milestones", "issues")}
        return self.answer(200, shown_state)

    def repository(self, query, data):
        push = self.token() == TOKEN
        terms = {"X-OAuth-Scopes": "repo, workflow"}
        if state["expires"]:
            terms["GitHub-Authentication-Token-Expiration"] = state["expires"]
        self.answer(200, headers=terms, value={"full_name": "me/pelican", "permissions": {"pull": True, "push": push, "admin": False}})

    # Releases ---------------------------------------------------------------------------------
    def find(self, number):
        return next((r for r in state["releases"] if r["id"] == int(number)), None)

    def listed(self, query, data):
        self.paged(query, [shown(r) for r in reversed(state["releases"]) if not r["draft"] or self.token() == TOKEN])

    def by_tag(self, tag, query, data):
        release = next((r for r in state["releases"] if r["tag_name"] == tag and not r["draft"]), None)
        self.answer(200, shown(release)) if release else self.refuse(404, "Not Found")

    def read_latest(self, query, data):
        release = next((r for r in state["releases"] if r["tag_name"] == state["latest"] and not r["draft"]), None)
        self.answer(200, shown(release)) if release else self.refuse(404, "Not Found")

    def taken(self, tag, but=None):
        return any(r["tag_name"] == tag and not r["draft"] and r is not but for r in state["releases"])

    def insert(self, data):
        number = new_id()
        release = {
            "id": number, "tag_name": data["tag_name"], "name": data.get("name"), "body": data.get("body"), "immutable": False,
            "draft": bool(data.get("draft")), "prerelease": bool(data.get("prerelease")), "assets": {},
            "html_url": f"https://github.example/me/pelican/releases/tag/{data['tag_name']}",
            "upload_url": f"{address(upload_port)}/repos/me/pelican/releases/{number}/assets{{?name,label}}",
        }
        state["releases"].append(release)
        return release

    def create(self, query, data):
        if not data.get("draft") and self.taken(data["tag_name"]):
            return self.refuse(422, "Validation Failed", [{"resource": "Release", "code": "already_exists", "field": "tag_name"}])
        release = self.insert(data)
        if state["lose"] == "draft":
            state["lose"] = None
            return self.refuse(502, "Server Error")
        self.answer(201, shown(release))

    def edit(self, number, query, data):
        release = self.find(number)
        if not release:
            return self.refuse(404, "Not Found")
        if data.get("draft") is False and self.taken(release["tag_name"], release):
            return self.refuse(422, "Validation Failed", [{"resource": "Release", "code": "already_exists", "field": "tag_name"}])
        if release["immutable"] and (data.get("draft") or data.get("tag_name", release["tag_name"]) != release["tag_name"]):
            return self.refuse(422, "Cannot change an immutable release")
        for key in ("name", "body", "draft", "prerelease", "tag_name"):
            if key in data:
                release[key] = data[key]
        if state["immutable"] and not release["draft"]:
            release["immutable"] = True
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
        asset["download_count"] += 1
        self.answer(302, None, {"Location": f"{address(storage_port)}/blob/{number}?signature=x"})

    def delete_asset(self, number, query, data):
        release, asset = self.asset(number)
        if not asset:
            return self.refuse(404, "Not Found")
        if release["immutable"]:
            return self.refuse(422, "Cannot delete asset from an immutable release")
        del release["assets"][int(number)]
        self.answer(204)

    def tags(self, query, data):
        self.paged(query, [{"name": f"v0.{n}.0", "commit": {"sha": f"{n:040x}"}} for n in range(state["tags"])])

    # Checks -----------------------------------------------------------------------------------
    def check_runs(self, commit, query, data):
        runs = state["checks"].get("runs", [])
        self.paged(query, runs, lambda part, total: {"total_count": total, "check_runs": part})

    def status(self, commit, query, data):
        statuses = state["checks"].get("statuses", [])
        self.paged(query, statuses, lambda part, total: {"state": "pending", "statuses": part})

    # Runs -------------------------------------------------------------------------------------
    def runs(self, query, data):
        found = [r for r in state["runs"] if self.one(query, "head_sha") in (None, r["head_sha"]) and self.one(query, "event") in (None, r["event"])]
        found.sort(key=lambda r: -r["id"])
        self.paged(query, found, lambda part, total: {"total_count": total, "workflow_runs": part})

    def run(self, number, query, data):
        run = next((r for r in state["runs"] if r["id"] == int(number)), None)
        if not run:
            return self.refuse(404, "Not Found")
        self.answer(200, run)

    def run_jobs(self, number, query, data):
        jobs = state["jobs"].get(number, [])
        self.paged(query, jobs, lambda part, total: {"total_count": total, "jobs": part})

    def job_log(self, number, query, data):
        if number not in state["logs"]:
            return self.refuse(404, "Not Found")
        self.answer(302, None, {"Location": f"{address(storage_port)}/log/{number}?signature=x"})

    def rerun(self, number, query, data):
        run = next(r for r in state["runs"] if r["id"] == int(number))
        if run["status"] != "completed":
            return self.refuse(403, "The workflow run is already running")
        run.update(status="completed", conclusion="success", run_attempt=run["run_attempt"] + 1)
        for job in state["jobs"].get(number, []):
            job.update(status="completed", conclusion="success")
        self.answer(201, {})

    def cancel(self, number, query, data):
        run = next(r for r in state["runs"] if r["id"] == int(number))
        if run["status"] == "completed":
            return self.refuse(409, "Cannot cancel a workflow run that is completed.")
        run.update(status="completed", conclusion="cancelled")
        for job in state["jobs"].get(number, []):
            if job["status"] != "completed":
                job.update(status="completed", conclusion="cancelled")
        self.answer(202, {})

    def dispatches(self, workflow, query, data):
        if state["dispatch"] == "forbidden":
            return self.refuse(403, "Resource not accessible by personal access token")
        if state["dispatch"] == "unknown":
            return self.refuse(404, "Not Found")
        if data.get("return_run_details") is not None and state["dispatch"] == "old":
            return self.refuse(422, "Invalid request: \"return_run_details\" is not a permitted key.")
        number = new_id()
        state["runs"].append({
            "id": number, "path": f".github/workflows/{workflow}", "event": "workflow_dispatch", "head_branch": data["ref"], "head_sha": state["commit"],
            "status": "queued", "conclusion": None, "run_attempt": 1, "display_title": str(data.get("inputs", {})),
            "html_url": f"https://github.example/me/pelican/actions/runs/{number}",
        })
        self.build(state["runs"][-1], data.get("inputs", {}))
        if state["lose"] == "dispatch":
            state["lose"] = None
            return self.refuse(502, "Server Error")
        if data.get("return_run_details"):
            return self.answer(200, {"workflow_run_id": number, "run_url": "x", "html_url": "x"})
        self.answer(204)

    # Builds -----------------------------------------------------------------------------------
    def build(self, run, inputs):
        jobs = state["jobs"].setdefault(str(run["id"]), [])
        for target in json.loads(inputs.get("targets", "[]")):
            result, number = state["builds"].get(target, {}), new_id()
            if result == "lost":
                state["builds"][target] = state["builds"].get(target + " again", {})
            jobs.append(self.job(number, target, result))
            state["logs"][str(number)] = f"2026-11-21T10:00:00.1234567Z building {target}\n2026-11-21T10:00:01.1234567Z error: no such wing\n"
            if isinstance(result, dict):
                self.keep(run, target, result)
        if jobs and all(job["status"] == "completed" for job in jobs):
            fine = all(job["conclusion"] == "success" for job in jobs)
            run.update(status="completed", conclusion="success" if fine else "failure")

    def job(self, number, target, result):
        state_of = {"queued": ("queued", None), "fails": ("completed", "failure"), "lost": ("completed", "failure")}
        status, conclusion = state_of.get(result if isinstance(result, str) else "", ("completed", "success"))
        step = {"name": "compile", "status": "completed", "conclusion": "failure" if result == "fails" else "success"}
        return {
            "id": number, "name": f"build ({target})", "status": status, "conclusion": conclusion, "steps": [step] if status == "completed" else [],
            "started_at": "2026-11-21T10:00:00Z", "completed_at": "2026-11-21T10:00:02Z", "html_url": f"https://github.example/jobs/{number}",
        }

    def keep(self, run, name, files):
        data, number = io.BytesIO(), new_id()
        with zipfile.ZipFile(data, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        state["bytes"][number] = data.getvalue()
        state["artifacts"].setdefault(str(run["id"]), []).append({
            "id": number, "name": name, "size_in_bytes": len(data.getvalue()), "digest": "sha256:" + hashlib.sha256(data.getvalue()).hexdigest(),
            "archive_download_url": f"{address(api_port)}{REPO}/actions/artifacts/{number}/zip", "created_at": "2026-11-21T10:00:02Z",
        })

    def artifacts(self, number, query, data):
        found = [dict(one, expired=state["expired"]) for one in state["artifacts"].get(number, [])]
        self.paged(query, found, lambda part, total: {"total_count": total, "artifacts": part})

    def artifact_zip(self, number, query, data):
        if int(number) not in state["bytes"]:
            return self.refuse(404, "Not Found")
        if state["expired"]:
            return self.refuse(410, "Artifact has expired")
        self.answer(302, None, {"Location": f"{address(storage_port)}/blob/{number}?signature=x"})

    # Planning ---------------------------------------------------------------------------------
    def milestones(self, query, data):
        wanted = self.one(query, "state", "open")
        self.paged(query, [m for m in state["milestones"] if wanted in ("all", m["state"])])

    def make_milestone(self, query, data):
        if any(m["title"] == data["title"] for m in state["milestones"]):
            return self.refuse(422, "Validation Failed", [{"resource": "Milestone", "code": "already_exists", "field": "title"}])
        number = new_id()
        state["milestones"].append({
            "id": 9000 + number, "number": number, "title": data["title"], "state": "open", "description": data.get("description"),
            "open_issues": 0, "closed_issues": 0, "html_url": f"https://github.example/me/pelican/milestone/{number}",
        })
        self.answer(201, state["milestones"][-1])

    def edit_milestone(self, number, query, data):
        found = next((m for m in state["milestones"] if m["number"] == int(number)), None)
        if not found:
            return self.refuse(404, "Not Found")
        found.update(data)
        self.answer(200, found)

    def delete_milestone(self, number, query, data):
        state["milestones"] = [m for m in state["milestones"] if m["number"] != int(number)]
        self.answer(204)

    def issues(self, query, data):
        labels = set(filter(None, self.one(query, "labels", "").split(",")))
        wanted, milestone = self.one(query, "state", "open"), self.one(query, "milestone")
        found = [
            i for i in state["issues"]
            if wanted in ("all", i["state"]) and labels <= {label["name"] for label in i["labels"]}
            and (not milestone or (i.get("milestone") or {}).get("number") == int(milestone))
        ]
        self.paged(query, found)

    def make_issue(self, query, data):
        number = new_id()
        state["issues"].append({
            "number": number, "title": data["title"], "body": data.get("body"), "state": "open", "labels": [], "user": {"login": "me"},
            "created_at": "2026-11-21T12:00:00Z", "html_url": f"https://github.example/me/pelican/issues/{number}",
        })
        self.answer(201, state["issues"][-1])

    def edit_issue(self, number, query, data):
        found = next((i for i in state["issues"] if i["number"] == int(number)), None)
        if not found:
            return self.refuse(404, "Not Found")
        found.update(data)
        self.answer(200, found)

    def comments(self, number, query, data):
        self.paged(query, state["comments"].get(number, []))

    def comment(self, number, query, data):
        entry = {"id": new_id(), "body": data["body"], "html_url": f"https://github.example/me/pelican/issues/{number}#c"}
        state["comments"].setdefault(number, []).append(entry)
        self.answer(201, entry)

    def delete_comment(self, number, query, data):
        for entries in state["comments"].values():
            entries[:] = [entry for entry in entries if entry["id"] != int(number)]
        self.answer(204)

    def pulls(self, query, data):
        head, base = self.one(query, "head"), self.one(query, "base")
        found = [p for p in state["pulls"] if head in (None, "me:" + p["head"]["ref"]) and base in (None, p["base"]["ref"])]
        self.paged(query, found)

    def make_pull(self, query, data):
        if any(p["head"]["ref"] == data["head"] and p["state"] == "open" for p in state["pulls"]):
            return self.refuse(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "field": "head"}])
        number = new_id()
        state["pulls"].append({
            "number": number, "title": data["title"], "body": data.get("body"), "state": "open", "merged_at": None, "merge_commit_sha": None,
            "mergeable": True, "head": {"ref": data["head"], "sha": state["head_sha"]}, "base": {"ref": data["base"]},
            "html_url": f"https://github.example/me/pelican/pull/{number}",
        })
        self.answer(201, state["pulls"][-1])

    def pull(self, number, query, data):
        found = next((p for p in state["pulls"] if p["number"] == int(number)), None)
        if not found:
            return self.refuse(404, "Not Found")
        found.update(data)
        if state["merges"] and self.command == "GET" and not found["merged_at"]:  # a person merges what is opened
            found.update(state="closed", merged_at="2026-11-21T12:00:00Z", merge_commit_sha=state["merges"])
        self.answer(200, found)

    def reviews(self, number, query, data):
        self.paged(query, state["reviews"].get(number, []))

    def pulls_of(self, commit, query, data):
        self.paged(query, [dict(p, labels=[]) for p in state["pulls"] if p.get("merge_commit_sha") == commit])


REPO = "/repos/me/pelican"
N = r"(\d+)"
Api.routes = [
    ("GET", REPO, Api.repository),
    ("GET", REPO + "/releases", Api.listed),
    ("POST", REPO + "/releases", Api.create),
    ("GET", REPO + "/releases/latest", Api.read_latest),
    ("GET", REPO + "/releases/tags/([^/]+)", Api.by_tag),
    ("PATCH", REPO + f"/releases/{N}", Api.edit),
    ("DELETE", REPO + f"/releases/{N}", Api.delete),
    ("GET", REPO + f"/releases/assets/{N}", Api.read_asset),
    ("DELETE", REPO + f"/releases/assets/{N}", Api.delete_asset),
    ("GET", REPO + "/tags", Api.tags),
    ("GET", REPO + "/commits/([^/]+)/check-runs", Api.check_runs),
    ("GET", REPO + "/commits/([^/]+)/status", Api.status),
    ("GET", REPO + "/commits/([^/]+)/pulls", Api.pulls_of),
    ("GET", REPO + "/actions/runs", Api.runs),
    ("GET", REPO + f"/actions/runs/{N}", Api.run),
    ("GET", REPO + f"/actions/runs/{N}/jobs", Api.run_jobs),
    ("POST", REPO + f"/actions/runs/{N}/rerun-failed-jobs", Api.rerun),
    ("POST", REPO + f"/actions/runs/{N}/cancel", Api.cancel),
    ("GET", REPO + f"/actions/jobs/{N}/logs", Api.job_log),
    ("GET", REPO + f"/actions/runs/{N}/artifacts", Api.artifacts),
    ("GET", REPO + f"/actions/artifacts/{N}/zip", Api.artifact_zip),
    ("POST", REPO + "/actions/workflows/([^/]+)/dispatches", Api.dispatches),
    ("GET", REPO + "/milestones", Api.milestones),
    ("POST", REPO + "/milestones", Api.make_milestone),
    ("PATCH", REPO + f"/milestones/{N}", Api.edit_milestone),
    ("DELETE", REPO + f"/milestones/{N}", Api.delete_milestone),
    ("GET", REPO + "/issues", Api.issues),
    ("POST", REPO + "/issues", Api.make_issue),
    ("PATCH", REPO + f"/issues/{N}", Api.edit_issue),
    ("GET", REPO + f"/issues/{N}/comments", Api.comments),
    ("POST", REPO + f"/issues/{N}/comments", Api.comment),
    ("DELETE", REPO + f"/issues/comments/{N}", Api.delete_comment),
    ("GET", REPO + "/pulls", Api.pulls),
    ("POST", REPO + "/pulls", Api.make_pull),
    ("GET", REPO + f"/pulls/{N}", Api.pull),
    ("PATCH", REPO + f"/pulls/{N}", Api.pull),
    ("GET", REPO + f"/pulls/{N}/reviews", Api.reviews),
]


class Upload(Hub):
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
            if release["immutable"]:
                return self.refuse(422, "Cannot upload assets to an immutable release.")
            if any(asset["name"] == name for asset in release["assets"].values()):
                return self.refuse(422, "Validation Failed", [{"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}])
            key = new_id()
            cut, state["cut"] = state["cut"], False
            asset = {
                "id": key, "name": name, "size": len(data), "state": "starter" if cut else "uploaded", "download_count": 0,
                "content_type": self.headers.get("Content-Type"), "digest": None if cut else "sha256:" + hashlib.sha256(data).hexdigest(),
                "url": f"{address(api_port)}{REPO}/releases/assets/{key}", "browser_download_url": f"{address(storage_port)}/blob/{key}",
            }
            release["assets"][key] = asset
            state["bytes"][key] = data
            if cut:
                return self.refuse(502, "Server Error")
            self.answer(201, asset)


class Storage(Hub):
    def do_GET(self):
        if self.headers.get("Authorization"):
            return self.refuse(400, "Only one auth mechanism allowed")
        kind, key = urlparse(self.path).path.strip("/").split("/")
        data = state["bytes"].get(int(key)) if kind == "blob" else state["logs"].get(key, "").encode()
        if data is None:
            return self.refuse(404, "Not Found")
        if state["spoilt"]:
            data = data[:-1] + b"?"
        self.raw(200, data)


serve(upload_port, Upload, beside=True)
serve(storage_port, Storage, beside=True)
serve(api_port, Api)
