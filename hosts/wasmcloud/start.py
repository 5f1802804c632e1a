"""Starts a WorkloadDeployment on wasmCloud's hosts without Kubernetes: sends the operator's messages over NATS.

    python3 start.py workload.yaml --secret NAME=FILE... [--nats URL] [--set OLD=NEW...]

A secret is a file of variables, one `NAME=value` per line, as for `kubectl create secret generic
NAME --from-env-file=FILE`. `--set` replaces values of the manifest: a registry, an address. Each replica goes to
its own host, in the order of their names; it waits until enough hosts exist.
"""

import argparse
import asyncio
import json
import sys
import uuid
from pathlib import Path

import nats
import yaml


def variables(path):
    """The variables of a file, as Kubernetes reads it."""
    lines = (line.strip() for line in Path(path).read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def environment(layer, secrets):
    """The environment of a component: the literal values, then those of its secrets."""
    found = dict(layer.get("config", {}))
    for source in layer.get("secretFrom", []):
        if source["name"] not in secrets:
            sys.exit(f"the manifest asks for the secret `{source['name']}`: name its file, `--secret {source['name']}=FILE`")
        found |= secrets[source["name"]]
    return found


def start_request(manifest, secrets):
    """The request that starts one replica."""
    spec = manifest["spec"]["template"]["spec"]
    components = []
    for component in spec["components"]:
        resources = dict(component.get("localResources", {}))
        if layer := resources.pop("environment", None):
            resources["environment"] = environment(layer, secrets)
        components.append({**component, "localResources": resources})
    workload = {
        "namespace": manifest["metadata"].get("namespace", "default"),
        "name": manifest["metadata"]["name"],
        "witWorld": {"components": components, "hostInterfaces": spec["hostInterfaces"]},
    }
    return {"workloadId": str(uuid.uuid4()), "workload": workload}


async def hosts(client, wanted):
    """The first hosts that report, in the order of their names."""
    found = {}
    enough = asyncio.Event()

    async def heartbeat(message):
        host = json.loads(message.data)
        found[host["id"]] = host
        if len(found) >= wanted:
            enough.set()

    await client.subscribe("runtime.operator.heartbeat.*", cb=heartbeat)
    # Hosts report every half minute.
    await asyncio.wait_for(enough.wait(), timeout=120)
    return sorted(found.values(), key=lambda host: host["hostname"])[:wanted]


async def main():
    parser = argparse.ArgumentParser(description="Starts a WorkloadDeployment on wasmCloud's hosts, over NATS.")
    parser.add_argument("manifest")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--set", action="append", default=[], metavar="OLD=NEW")
    parser.add_argument("--nats", default="nats://127.0.0.1:4222", metavar="URL")
    arguments = parser.parse_args()

    text = Path(arguments.manifest).read_text()
    for change in arguments.set:
        old, new = change.split("=", 1)
        text = text.replace(old, new)
    manifest = yaml.safe_load(text)
    secrets = {name: variables(path) for name, path in (secret.split("=", 1) for secret in arguments.secret)}
    request = start_request(manifest, secrets)

    client = await nats.connect(arguments.nats)
    try:
        for host in await hosts(client, manifest["spec"].get("replicas", 1)):
            request["workloadId"] = str(uuid.uuid4())
            subject = f"runtime.host.{host['id']}.workload.start"
            answer = json.loads((await client.request(subject, json.dumps(request).encode(), timeout=120)).data)
            status = answer["workloadStatus"]
            print(f"{host['hostname']}: {status['workloadState']} {status['message']}".rstrip())
            if status["workloadState"] not in ("WORKLOAD_STATE_STARTING", "WORKLOAD_STATE_RUNNING"):
                sys.exit(1)
    finally:
        await client.close()


asyncio.run(main())
