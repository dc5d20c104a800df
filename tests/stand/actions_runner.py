#!/usr/bin/env python3
"""A small runner for Gitea Actions: real workflows on a real Gitea, their run: steps with bash on this machine.
Speaks the runner protocol (Connect, JSON over HTTP): register, declare, fetch, log, state. Steps with uses: are skipped.
It proves the server's side of CI runs, not that a workflow would pass on another runner.
Usage: actions_runner.py URL REGISTRATION_TOKEN LABEL. The folder /tmp of a job is its HOME."""
import base64
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

url, registration, label = sys.argv[1:4]
headers = {"Content-Type": "application/json"}
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method, body):
    request = urllib.request.Request(f"{url}/api/actions/runner.v1.RunnerService/{method}", json.dumps(body).encode(), headers)
    return json.load(opener.open(request, timeout=60))


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def expand(text, context, inputs):
    """${{ github.ref_name }}, ${{ inputs.version }}: what the tests' workflows use of expressions."""
    def one(match):
        words = match.group(1).strip().split(".")
        value = inputs if words[0] == "inputs" else context if words[0] in ("github", "gitea") else {}
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


class Task:
    def __init__(self, task):
        self.id, self.context = task["id"], task.get("context", {})
        self.job = next(iter(yaml.safe_load(base64.b64decode(task["workflowPayload"]))["jobs"].values()))
        self.inputs = (self.context.get("event") or {}).get("inputs") or {}
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

    def step(self, number, step, folder, ok):
        first, begun = self.rows, now()
        lines, result = [f"skipped: {step.get('uses', 'after a failure')}"], "RESULT_SKIPPED"
        if "run" in step and ok:
            done = subprocess.run(
                ["bash", "-e", "-c", expand(step["run"], self.context, self.inputs)], cwd=folder, env=environment(folder, self.context),
                capture_output=True, text=True)
            lines = (done.stdout + done.stderr).splitlines()
            result = "RESULT_SUCCESS" if done.returncode == 0 else "RESULT_FAILURE"
        self.log(lines)
        self.steps.append({
            "id": number, "result": result, "startedAt": begun, "stoppedAt": now(), "logIndex": first, "logLength": self.rows - first,
        })
        self.state()
        return ok and result != "RESULT_FAILURE"

    def run(self):
        self.state()
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
