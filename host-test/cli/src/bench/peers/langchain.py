"""The actions as LangChain tools, in the specification's own manner: httpx, pydantic, an HTTP client for each call, or one."""

import asyncio
import contextlib
import json
import sys
import time
from typing import Any

import httpx
from langchain_core.tools import tool
from pydantic import BaseModel

url, token, action, arguments, calls, clients = sys.argv[1:]
API = f"{url}/api/data/v9.2"
HEADERS = {
    "Authorization": f"Bearer {token}",
    "Accept": "application/json",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
}


class Account(BaseModel):
    success: bool
    error: str | None = None
    account: dict[str, Any] | None = None


class Accounts(BaseModel):
    success: bool
    error: str | None = None
    accounts: list[dict[str, Any]] | None = None


class Contacts(BaseModel):
    success: bool
    error: str | None = None
    contacts: list[dict[str, Any]] | None = None


shared = None


@contextlib.asynccontextmanager
async def client():
    if shared:
        yield shared
    else:
        async with httpx.AsyncClient(timeout=30) as own:
            yield own


async def get(path, params=None):
    async with client() as http:
        answer = await http.get(f"{API}/{path}", params=params, headers=HEADERS)
    if answer.status_code != 200:
        raise SystemExit(f"API error ({answer.status_code}): {answer.text}")
    return answer.json()


@tool
async def get_account(account_id: str) -> dict:
    """Get an account."""
    return Account(success=True, account=await get(f"accounts({account_id})")).model_dump()


@tool
async def list_accounts(records_per_page: int = 50) -> dict:
    """List accounts."""
    columns = "accountid,name,telephone1,emailaddress1,_primarycontactid_value"
    rows = await get("accounts", {"$select": columns, "$top": str(records_per_page)})
    return Accounts(success=True, accounts=rows["value"]).model_dump()


@tool
async def find_contact(filter: str) -> dict:
    """Find contacts."""
    rows = await get("contacts", {"$filter": filter})
    return Contacts(success=True, contacts=rows["value"]).model_dump()


async def main():
    global shared
    call = {tool.name: tool for tool in (get_account, list_accounts, find_contact)}[action]
    given = json.loads(arguments)
    if clients == "one":
        shared = httpx.AsyncClient(timeout=30)
    answer = await call.ainvoke(given)
    if int(calls) == 1:
        print(json.dumps(answer), flush=True)
        return
    for _ in range(int(calls) // 20):
        await call.ainvoke(given)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(calls)):
        await call.ainvoke(given)
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


asyncio.run(main())
