// A client made with the official TypeScript SDK, of either generation, over either transport.
//
// usage: client.mjs GENERATION MODE TARGET
// GENERATION is `sdk` (the package of versions 1) or `client` (that of versions 2); MODE is `legacy` (the handshake `initialize`)
// or `auto` (the newest revision that both know); TARGET is JSON: the entry of a configuration, which starts the server, or a
// `url` and a `key`. What it needs of the organization (contacts that are throttled for a second, solutions for a long time) is
// told to the simulator by the test that runs it.

import assert from "node:assert/strict";

const [generation, mode, target] = process.argv.slice(-3);

const READERS = new Set([
    "find_contact",
    "get_account",
    "list_accounts",
    "list_appointment_categories",
    "list_appointment_category_options",
    "list_appointments",
    "list_solution_id_options",
    "search_accounts",
]);

async function packages() {
    if (generation === "client") {
        const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
        const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
        return { Client, StdioClientTransport, StreamableHTTPClientTransport };
    }
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    return { Client, StdioClientTransport, StreamableHTTPClientTransport };
}

const { Client, StdioClientTransport, StreamableHTTPClientTransport } = await packages();
const { url, key, ...server } = JSON.parse(target);
const transport = url
    ? new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${key}` } } })
    : new StdioClientTransport(server);
const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
let version;
const keep = transport.setProtocolVersion?.bind(transport);
transport.setProtocolVersion = (agreed) => {
    version = agreed;
    keep?.(agreed);
};
await client.connect(transport);

const tools = new Map((await client.listTools()).tools.map((tool) => [tool.name, tool]));
const called = new Set();

async function call(name, parameters = {}, { succeeds = true, ...options } = {}) {
    const request = { name, arguments: parameters };
    const result = await (generation === "sdk"
        ? client.callTool(request, undefined, options)
        : client.callTool(request, options));
    const answer = JSON.parse(result.content[0].text);
    assert.equal(answer.success, succeeds, result.content[0].text);
    assert.equal(Boolean(result.isError), !succeeds);
    // The client itself has held structured content against the output schema.
    if (tools.get(name).outputSchema) assert.deepEqual(result.structuredContent, answer);
    called.add(name);
    return answer;
}

assert.match(client.getInstructions(), /Microsoft Dynamics 365 Sales of the organization/);
assert.equal(tools.size, 11);
for (const tool of tools.values()) assert.equal(Boolean(tool.annotations.readOnlyHint), READERS.has(tool.name), tool.name);

// `solutions` is throttled for a long time: the call is given up once that is told.
const given = new AbortController();
const giveUp = ({ message }) => message.includes("asks to wait 40 s") && given.abort("enough");
await assert.rejects(call("list_solution_id_options", {}, { signal: given.signal, onprogress: giveUp }));

// `contacts` is throttled once: that is told, and the answer comes all the same.
const told = [];
await call("find_contact", { name: "a" }, { onprogress: ({ message }) => told.push(message) });
assert.deepEqual(told, [
    "request 1: GET /api/data/v9.2/contacts",
    "request 1 was answered 429: Dynamics 365 asks to wait 1 s",
    "request 2: GET /api/data/v9.2/contacts, again",
]);

const [account] = (await call("search_accounts", { search_term: "o'brien" })).accounts;
const isWhole = "@odata.etag" in account;
if (!isWhole) assert.equal(account._primarycontactid_value_text, "Pat O'Brien");
await call("get_account", { account_id: account.accountid });
assert.equal((await call("list_accounts", { records_per_page: 3 })).accounts.length, 3);
await call("list_appointment_categories");
await call("list_appointment_category_options");
await call("list_appointments", { records_per_page: 2 });
const made = await call("create_appointment", {
    subject: "Kick-off",
    scheduledstart: "2026-12-10T08:00:00Z",
    scheduledend: "2026-12-10T08:30:00Z",
    regarding_account_id: account.accountid,
    required_attendee_email: "ann.baker@contoso.com",
});
const change = { appointment_id: made.appointment_id, scheduledend: "2026-12-10T09:00:00Z" };
assert.deepEqual((await call("update_appointment", change)).updated_fields, ["scheduledend"]);
const { solutions } = await call("list_solution_id_options");
await call("create_custom_entity", {
    solution_id: solutions.find(({ label }) => label.includes("Contoso")).value,
    display_name: "Site Visit",
    primary_attribute: "Name",
});
assert.deepEqual([...called].sort(), [...tools.keys()].sort());

const failed = await call("get_account", { account_id: "x" }, { succeeds: false });
assert.equal(failed.failure.kind, "fix-input");
await assert.rejects(client.callTool({ name: "get_acount", arguments: {} }), /unknown tool `get_acount`/);

const { resources } = await client.listResources();
for (const { uri } of resources) {
    const { contents } = await client.readResource({ uri });
    assert.match(contents[0].text, /DateTimeOffset \(/);
}
assert.equal(resources.length, 3);

if (generation === "client") version = client.getNegotiatedProtocolVersion();
await client.close();
console.log(`protocol ${version}\nall is well`);
