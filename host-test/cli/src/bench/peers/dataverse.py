"""The same calls with PowerPlatform-Dataverse-Client, which is Microsoft's own."""

import json
import sys
import time

from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from requests.adapters import HTTPAdapter

url, token, action, arguments, calls = sys.argv[1:]
given = json.loads(arguments)


class Credential:
    def get_token(self, *scopes, **options):
        return AccessToken(token, 4_000_000_000)


class PlainHttp(HTTPAdapter):
    """It insists on https, which the simulator does not speak."""

    def send(self, request, **options):
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **options)


def call(client):
    match action:
        case "get_account":
            return dict(client.records.retrieve("account", given["account_id"]))
        case "list_accounts":
            columns = ["accountid", "name", "telephone1", "emailaddress1", "_primarycontactid_value"]
            return [dict(row) for row in client.records.list("account", select=columns, top=50)]
        case "find_contact":
            return [dict(row) for row in client.records.list("contact", filter=given["filter"])]


https = url.replace("http://", "https://", 1)
with DataverseClient(https, Credential()) as client:
    client._session.mount(https, PlainHttp())
    answer = call(client)
    if int(calls) == 1:
        print(json.dumps(answer, default=str), flush=True)
    else:
        for _ in range(int(calls) // 20):
            call(client)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(calls)):
            call(client)
        print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))
