// A call's result: its requests on a timeline, its output or its failure.
import { ask, at, bytes, element, fill, indented, milliseconds, plural } from "./dom.js";

/** How a request ended: the class of its bar, and the text. */
function outcome(step) {
  if (step.denied) return ["bad", "refused by the host"];
  if (step.status === null) return step.ended === null ? ["going", "…"] : ["bad", "no response"];
  const createsOnly = step.request.headers.some(([name]) => name === "if-none-match");
  if (step.status === 412 && createsOnly) return ["warn", "412: already exists"];
  const kind = step.status >= 500 || step.status === 429 || step.status === 401 ? "warn" : step.status >= 400 ? "bad" : "good";
  return [kind, String(step.status)];
}

/** `PATCH appointments(…)`: the informative part of a URL. */
function short(step) {
  const url = new URL(step.url);
  const path = decodeURIComponent(url.pathname).replace(/^\/api\/data\/v[\d.]+\//, "").replace(/^.*\/oauth2\/v2\.0\//, "");
  return `${step.method} ${path.replace(/\(([0-9a-f]{4})[0-9a-f-]{32}\)/g, "($1…)")}`;
}

/** Draws the requests of a call that takes or took this many milliseconds. */
export function draw(steps, total) {
  const open = new Set([...at("waterfall").querySelectorAll("details[open]")].map((own) => own.dataset.step));
  const lines = steps.flatMap((step, index) => [step.wait ? pause(step.wait, total) : null, line(step, index, total, open)]);
  fill(at("waterfall"), ...lines);
}

function bar(kind, from, length, total) {
  const made = element("span", { class: `bar-${kind}` });
  made.style.left = `${Math.min(99, (from / total) * 100)}%`;
  made.style.width = `${Math.max(0.6, (length / total) * 100)}%`;
  return element("span", { class: "track", "aria-hidden": true }, made);
}

function pause(wait, total) {
  return element("li", { class: "pause" },
    element("span", { class: "what" }, wait.reason),
    bar("pause", wait.from, wait.for, total),
    element("span", { class: "time" }, milliseconds(wait.for)));
}

function line(step, index, total, open) {
  const [kind, words] = outcome(step);
  const length = (step.ended ?? total) - step.sent;
  const summary = element("summary", {},
    element("span", { class: "what" },
      element("span", { class: `role` }, step.role),
      element("code", {}, short(step)),
      element("span", { class: `status ${kind}` }, words)),
    bar(kind, step.sent, length, total),
    element("span", { class: "time" }, milliseconds(length)));
  const details = element("details", { "data-step": index, open: open.has(String(index)) }, summary, exchange(step));
  return element("li", { class: `step ${kind}` }, details);
}

function exchange(step) {
  const message = (title, { headers, body, bytes: size }) => element("div", {},
    element("h4", {}, title, " ", element("span", { class: "hint" }, size ? bytes(size) : "no body")),
    element("dl", {}, ...headers.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    body ? element("pre", { tabindex: 0 }, readable(body)) : null);
  return element("div", { class: "exchange" },
    element("p", { class: "url" }, `${step.method} ${step.url}`),
    step.failure ? element("p", { class: "why" }, step.failure) : null,
    message("Request", step.request),
    step.status === null ? null : message(`Answer ${step.status}`, step.response));
}

function readable(body) {
  return /^\s*[{[]/.test(body) ? indented(body) : body;
}

/** Shows how a call ended; `stored` describes the change to the rows, if the simulator is used. */
export function end(result, stored) {
  draw(result.exchanges, result.took);
  const failed = result.failure ?? (result.ended ? { kind: "ended", advice: "The host ended the call.", message: result.ended } : null);
  at("verdict").className = failed ? "failed" : "done";
  fill(at("verdict"), ...(failed ? failure(failed) : success(result, stored)));
  const waited = result.exchanges.reduce((all, step) => all + (step.wait?.for ?? 0), 0);
  figures([
    [milliseconds(result.took), "in all"],
    [String(result.exchanges.length), result.exchanges.length === 1 ? "request" : "requests"],
    waited ? [milliseconds(waited), "waited"] : null,
    result.memory ? [bytes(result.memory), "of memory"] : null,
    result.instructions ? [result.instructions.toLocaleString("en"), "instructions"] : null,
  ]);
  at("answer").hidden = false;
  const text = result.answer ?? JSON.stringify({ success: false, failure: failed });
  fill(at("as-json"), indented(text));
  fill(at("as-table"), table(JSON.parse(text)));
}

function success(result, stored) {
  const lost = result.exchanges.filter((step) => step.status === null && !step.denied).length;
  const refused = result.exchanges.filter((step) => step.status === 429 || step.status >= 500).length;
  const trouble = lost ? "although a response was lost" : refused ? `although it was refused ${plural(refused, "time")}` : null;
  const what = stored || "It worked";
  return [element("strong", {}, trouble ? `${what}, ${trouble}.` : `${what}.`)];
}

function failure({ kind, advice, message, status, may_have_been_applied: doubtful }) {
  return [
    element("strong", {}, element("span", { class: "kind" }, kind), advice),
    element("p", {}, message),
    doubtful ? element("p", {}, "The change may have been applied.") : null,
    status ? element("p", { class: "hint" }, `Dynamics answered ${status}.`) : null,
  ];
}

function figures(all) {
  fill(at("figures"), ...all.filter(Boolean).map(([figure, words]) => element("span", { class: "figure" }, element("b", {}, figure), ` ${words}`)));
}

/** Ranks columns by how little they tell a person. */
const score = (name) => (/id$|_value$|code$|^is|version|timezone|import/.test(name) ? 2 : /name|subject|label|value|start|end|email|telephone|city|created/.test(name) ? 0 : 1);

/** The output as a table: its list of rows, or its members. */
function table(answer) {
  const list = Object.values(answer).find((value) => Array.isArray(value) && typeof value[0] === "object");
  if (list) return rows(list);
  const own = Object.values(answer).find((value) => value && typeof value === "object" && !Array.isArray(value)) ?? answer;
  const members = Object.entries(own).filter(([name, value]) => value !== null && !name.includes("@"))
    .sort(([a], [b]) => score(a) - score(b));
  return element("table", {}, element("tbody", {}, ...members.map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, cell(value))))));
}

/** Rows with the most informative columns. */
export function rows(list, first = [], isNew = () => false, most = 6) {
  const names = [...new Set(list.flatMap((row) => Object.keys(row)))]
    .filter((name) => !name.includes("@") && list.some((row) => row[name] !== null));
  const telling = [...first, ...names.filter((name) => !first.includes(name)).sort((a, b) => score(a) - score(b))].slice(0, most);
  return element("table", {},
    element("thead", {}, element("tr", {}, ...telling.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...list.map((row) => element("tr", { class: isNew(row) ? "new" : undefined }, ...telling.map((name) => element("td", {}, cell(row[name])))))));
}

const cell = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** Downloads the call as an archive for browser tools. */
export async function download() {
  const archive = await ask("/api/har");
  const url = URL.createObjectURL(new Blob([JSON.stringify(archive, null, 2)], { type: "application/json" }));
  const link = element("a", { href: url, download: "call.har" });
  link.click();
  URL.revokeObjectURL(url);
}
