#!/usr/bin/env python3
"""A small runner for Gitea Actions: real workflows on a real Gitea, their run: steps with bash on this machine.
Speaks the runner protocol (Connect, JSON over HTTP): register, declare, fetch, log, state, and says every second that it
is alive. Of steps with uses: it knows upload-artifact (by the protocol of its version 4, to the real server); others are
skipped. Of conditions it knows if: contains(fromJSON(inputs.NAME), WORD) of a job. It proves the server's side of CI runs, not that a workflow would pass on another runner.
Usage: actions_runner.py URL REGISTRATION_TOKEN LABEL. The folder /tmp of a job is its HOME."""
import base64
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

import yaml

url, registration, label = sys.argv[1:4]
headers = {"Content-Type": "application/json"}
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method, body):
    request = urllib.request.Request(f"{url}/api/actions/runner.v1.RunnerService/{method}", json.dumps(body).encode(), headers)
    return json.load(opener.open(request, timeout=60))


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def expand(text, context, inputs, matrix):
    """${{ github.ref_name }}, ${{ inputs.version }}, ${{ matrix.target }}: what the tests' workflows use of expressions."""
    def one(match):
        words = match.group(1).strip().split(".")
        value = {"inputs": inputs, "github": context, "gitea": context, "matrix": matrix}.get(words[0], {})
        for word in words[1:]:
            value = value.get(word, "") if isinstance(value, dict) else ""
        return str(value)
    return re.sub(r"\$\{\{(.*?)\}\}", one, str(text))


def environment(folder, context):
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "CI": "true", "GITHUB_SHA": context.get("sha", ""),
        "GITHUB_REF": context.get("ref", ""), "GITHUB_REF_NAME": context.get("ref_name", ""), "GITHUB_REPOSITORY": context.get("repository", ""),
        "GITHUB_SERVER_URL": url, "GITHUB_TOKEN": context.get("token", ""), "GITHUB_EVENT_NAME": context.get("event_name", ""),
    }


def packed(folder, patterns):
    """What the upload action makes of its paths: a zip without modes, files below the folder that they have in common."""
    names = sorted({name for pattern in patterns for name in glob.glob(os.path.join(folder, pattern), recursive=True)})
    files = []
    for name in names:
        if os.path.isdir(name):
            files += [os.path.join(where, one) for where, _, found in os.walk(name) for one in found]
        else:
            files.append(name)
    if not files:
        return None
    common = os.path.commonpath([os.path.dirname(name) for name in files] + [name for name in names if os.path.isdir(name)])
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(set(files)):
            archive.writestr(zipfile.ZipInfo(os.path.relpath(name, common), (2026, 11, 21, 12, 0, 0)), open(name, "rb").read())
    return data.getvalue()


class Task:
    def __init__(self, task):
        self.id, self.context = task["id"], task.get("context", {})
        self.job = next(iter(yaml.safe_load(base64.b64decode(task["workflowPayload"]))["jobs"].values()))
        self.inputs = (self.context.get("event") or {}).get("inputs") or {}
        matrix = (self.job.get("strategy") or {}).get("matrix") or {}
        self.matrix = {name: values[0] if isinstance(values, list) else values for name, values in matrix.items()}
        self.steps, self.rows, self.started = [], 0, now()

    def state(self, result=None):
        state = {"id": self.id, "startedAt": self.started, "steps": self.steps}
        if result:
            state.update(result=result, stoppedAt=now())
        return call("UpdateTask", {"state": state})

    def log(self, lines, last=False):
        rows = [{"time": now(), "content": line} for line in lines]
        call("UpdateLog", {"taskId": self.id, "index": self.rows, "rows": rows, **({"noMore": True} if last else {})})
        self.rows += len(rows)

    def expand(self, text):
        return expand(text, self.context, self.inputs, self.matrix)

    def is_wanted(self):
        condition = re.search(r"contains\(fromJSON\(inputs\.(\w+)\), *(?:'([^']*)'|matrix\.(\w+))\)", str(self.job.get("if", "")))
        if not condition:
            return True
        name, word, variable = condition.groups()
        return (word or self.matrix.get(variable)) in json.loads(self.inputs.get(name) or "[]")

    def upload(self, step, folder):
        given = step.get("with") or {}
        name = self.expand(given.get("name", "artifact"))
        data = packed(folder, self.expand(given["path"]).split("\n"))
        if data is None:
            return ["No files were found with the provided path. No artifacts will be uploaded."], "RESULT_SUCCESS"
        service = f"{url}/twirp/github.actions.results.api.v1.ArtifactService/"
        token = {"Content-Type": "application/json", "Authorization": "Bearer " + self.context["gitea_runtime_token"]}
        about = {"workflow_run_backend_id": str(self.context["run_id"]), "workflow_job_run_backend_id": "1", "name": name}

        def ask(method, body):
            return json.load(opener.open(urllib.request.Request(service + method, json.dumps(body).encode(), token), timeout=60))

        made = ask("CreateArtifact", {**about, "version": 4})
        opener.open(urllib.request.Request(made["signedUploadUrl"] + "&comp=block", data, method="PUT"), timeout=60)
        ask("FinalizeArtifact", {**about, "size": str(len(data))})
        return [f"uploaded {name}: {len(data)} bytes"], "RESULT_SUCCESS"

    def command(self, step, folder):
        with tempfile.TemporaryFile("w+", errors="replace") as out:
            child = subprocess.Popen(
                ["bash", "-e", "-c", self.expand(step["run"])], cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                env={**environment(folder, self.context), **{name: self.expand(text) for name, text in (step.get("env") or {}).items()}})
            while True:
                try:
                    code = child.wait(1)
                    break
                except subprocess.TimeoutExpired:
                    self.state()
            out.seek(0)
            return out.read().splitlines(), "RESULT_SUCCESS" if code == 0 else "RESULT_FAILURE"

    def step(self, number, step, folder, ok):
        first, begun = self.rows, now()
        lines, result = [f"skipped: {step.get('uses', 'after a failure')}"], "RESULT_SKIPPED"
        if "run" in step and ok:
            lines, result = self.command(step, folder)
        elif "upload-artifact" in step.get("uses", "") and ok:
            lines, result = self.upload(step, folder)
        self.log(lines)
        self.steps.append({
            "id": number, "result": result, "startedAt": begun, "stoppedAt": now(), "logIndex": first, "logLength": self.rows - first,
        })
        self.state()
        return ok and result != "RESULT_FAILURE"

    def run(self):
        self.state()
        if not self.is_wanted():
            self.log([], last=True)
            return self.state("RESULT_SKIPPED")
        ok = True
        with tempfile.TemporaryDirectory() as folder:
            for number, step in enumerate(self.job.get("steps", [])):
                ok = self.step(number, step, folder, ok)
        self.log([], last=True)
        self.state("RESULT_SUCCESS" if ok else "RESULT_FAILURE")


def main():
    runner = call("Register", {"name": "stand", "token": registration, "version": "v0.2.11", "labels": [label]})["runner"]
    headers.update({"x-runner-uuid": runner["uuid"], "x-runner-token": runner["token"]})
    call("Declare", {"version": "v0.2.11", "labels": [label]})
    print("registered", flush=True)
    while True:
        task = call("FetchTask", {"tasksVersion": 0}).get("task")
        if task:
            Task(task).run()
        else:
            time.sleep(0.3)


main()
