"""A client made with the official Python SDK, over either transport.

usage: client.py MODE TARGET
MODE is `legacy` (the handshake `initialize`) or `auto` (the newest revision that both know); TARGET is JSON: the entry of a
configuration, which starts the server, or a `url` and a `key`. What it needs of the organization (contacts that are throttled for a second, solutions for
a long time) is told to the simulator by the test that runs it.
"""

import json
import sys

import anyio
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

READERS = {
    "find_contact",
    "get_account",
    "list_accounts",
    "list_appointment_categories",
    "list_appointment_category_options",
    "list_appointments",
    "list_solution_id_options",
    "search_accounts",
}


async def main(mode, target):
    if "url" in target:
        http = create_mcp_http_client(headers={"authorization": f"Bearer {target['key']}"})
        server = streamable_http_client(target["url"], http_client=http)
    else:
        server = StdioServerParameters(**target)
    with anyio.fail_after(120):
        await talk(Client(server, mode=mode))


async def talk(connection):
    async with connection as client:
        print("protocol", client.protocol_version)
        assert "Microsoft Dynamics 365 Sales of the organization" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) == 11, tools.keys()
        for tool in tools.values():
            Draft202012Validator.check_schema(tool.input_schema)
            if tool.output_schema:
                Draft202012Validator.check_schema(tool.output_schema)
            assert bool(tool.annotations.read_only_hint) == (tool.name in READERS), tool
        called = set()

        async def call(name, arguments=None, succeeds=True, **options):
            arguments = arguments or {}
            if succeeds:
                Draft202012Validator(tools[name].input_schema).validate(arguments)
            result = await client.call_tool(name, arguments, **options)
            answer = json.loads(result.content[0].text)
            if tools[name].output_schema:
                Draft202012Validator(tools[name].output_schema).validate(answer)
                assert result.structured_content == answer
            assert answer["success"] is succeeds and bool(result.is_error) is not succeeds, answer
            called.add(name)
            return answer

        await cancelled(client)
        await progress(call)
        await every_tool(call)
        assert called == set(tools), set(tools) - called
        await errors(client, call)
    print("all is well")


async def every_tool(call):
    account = (await call("search_accounts", {"search_term": "o'brien"}))["accounts"][0]
    await call("get_account", {"account_id": account["accountid"]})
    assert len((await call("list_accounts", {"records_per_page": 3}))["accounts"]) == 3
    await call("list_appointment_categories")
    await call("list_appointment_category_options")
    await call("list_appointments", {"records_per_page": 2})
    appointment = await call("create_appointment", {
        "subject": "Kick-off",
        "scheduledstart": "2026-12-10T08:00:00Z",
        "scheduledend": "2026-12-10T08:30:00Z",
        "regarding_account_id": account["accountid"],
        "required_attendee_email": "ann.baker@contoso.com",
    })
    updated = await call("update_appointment", {
        "appointment_id": appointment["appointment_id"],
        "scheduledend": "2026-12-10T09:00:00Z",
    })
    assert updated["updated_fields"] == ["scheduledend"], updated
    solutions = (await call("list_solution_id_options"))["solutions"]
    contoso = next(solution for solution in solutions if "Contoso" in solution["label"])
    await call("create_custom_entity", {
        "solution_id": contoso["value"],
        "display_name": "Site Visit",
        "primary_attribute": "Name",
    })


async def progress(call):
    """`contacts` is throttled once: that is told, and the answer comes all the same."""
    told = []

    async def tell(done, total, message):
        told.append((done, total, message))

    await call("find_contact", {"name": "a"}, progress_callback=tell)
    path = "GET /api/data/v9.2/contacts"
    assert told == [
        (1, None, f"request 1: {path}"),
        (2, None, "request 1 was answered 429: Dynamics 365 asks to wait 1 s"),
        (3, None, f"request 2: {path}, again"),
    ], told


async def cancelled(client):
    """`solutions` is throttled for a long time: the call is given up once that is told."""
    async with anyio.create_task_group() as group:

        async def give_up(done, total, message):
            if "asks to wait 40 s" in message:
                group.cancel_scope.cancel()

        await client.call_tool("list_solution_id_options", {}, progress_callback=give_up)
    assert group.cancel_scope.cancelled_caught


async def errors(client, call):
    failed = await call("get_account", {"account_id": "x"}, succeeds=False)
    assert "account_id" in failed["error"], failed
    try:
        await client.call_tool("get_acount", {})
    except MCPError as error:
        assert error.error.code == -32602 and "unknown tool `get_acount`" in error.error.message, error
    else:
        raise AssertionError("an unknown tool was called")


anyio.run(main, sys.argv[1], json.loads(sys.argv[2]))
