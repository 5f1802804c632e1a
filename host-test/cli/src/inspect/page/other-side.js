// The simulator: its tables, the rows of one table, and the requests it received.
import { ask, at, element, fill, plural } from "./dom.js";
import { rows } from "./result.js";

/** The tables that sales people know. */
const SHOWN = ["appointment", "account", "contact", "systemuser", "solution"];

let chosen = "appointment";
/** The state before the call: the highest row version, and the number of rows per table. */
let before = { version: 0, counts: {}, journal: 0 };

async function tables() {
  const { tables: all } = await ask("/api/sim/tables");
  // Tables created by calls follow the known ones.
  const custom = all.filter(({ name }) => name.includes("_"));
  return [...SHOWN.map((name) => all.find((table) => table.name === name)), ...custom].filter(Boolean);
}

const list = async (table) => (await ask(`/api/sim/rows/${table}`))[table] ?? [];

/** Records the state before a call. */
export async function remember() {
  const all = await tables();
  const { total } = await ask("/api/sim/journal?after=100000000");
  const versions = (await Promise.all(all.map(({ name }) => list(name)))).flat().map((row) => row.versionnumber ?? 0);
  before = {
    version: versions.reduce((most, version) => Math.max(most, version), 0),
    counts: Object.fromEntries(all.map(({ name, rows: count }) => [name, count])),
    journal: total,
  };
}

/** Shows tables, rows and journal. */
export async function show() {
  const all = await tables();
  const button = ({ name, set, rows: count }) => {
    const more = count - (before.counts[name] ?? count);
    const made = element("button", { type: "button", "aria-pressed": name === chosen, "data-table": name, "data-rows": count },
      set, " ", element("b", {}, String(count)), more ? element("span", { class: "more" }, more > 0 ? `+${more}` : String(more)) : null);
    made.addEventListener("click", () => {
      chosen = name;
      show();
    });
    return made;
  };
  const focused = document.activeElement?.dataset?.table;
  fill(at("tables"), ...all.map(button));
  if (focused) at("tables").querySelector(`[data-table="${focused}"]`)?.focus();
  const table = all.find(({ name }) => name === chosen) ?? all[0];
  const own = (await list(table.name)).sort((a, b) => (b.versionnumber ?? 0) - (a.versionnumber ?? 0)).slice(0, 8);
  fill(at("rows"), own.length ? rows(own, [table.label, ...(table.name === "appointment" ? ["scheduledstart", "scheduledend"] : [])], (row) => row.versionnumber > before.version, 3) : element("p", { class: "empty" }, "No rows."));
  const { requests } = await ask(`/api/sim/journal?after=${before.journal}`);
  fill(at("journal"), ...requests.map(entry));
  if (!requests.length) fill(at("journal"), element("li", { class: "empty" }, "No requests yet."));
}

function entry({ method, path, status }) {
  const words = status === null ? "no response" : String(status);
  const name = path.replace(/^\/api\/data\/v[\d.]+\//, "").replace(/^.*\/oauth2\/v2\.0\//, "");
  return element("li", {},
    element("code", {}, `${method} ${name.replace(/\(([0-9a-f]{4})[0-9a-f-]{32}\)/g, "($1…)")}`),
    element("span", { class: `status ${status === null || status >= 400 ? "bad" : "good"}` }, words));
}

/** The change to the rows, as a sentence without its end. */
export async function stored() {
  const all = await tables();
  const changed = all.map(({ name, rows: count }) => [name, count - (before.counts[name] ?? 0)]).find(([, more]) => more !== 0);
  if (!changed) return null;
  const [name, more] = changed;
  chosen = name;
  if (!(name in before.counts)) return "One new table";
  return `${more === 1 ? "One" : more} new ${plural(more, name).replace(/^-?\d+ /, "")}`;
}

export async function reset() {
  await ask("/api/sim/reset", {});
  await remember();
  await show();
}
