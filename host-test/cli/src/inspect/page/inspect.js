// The page: its initial content and its buttons.
import { ask, at, element, fill } from "./dom.js";
import * as form from "./form.js";
import * as result from "./result.js";
import * as otherSide from "./other-side.js";

const FIRST = { action: "create_appointment", fault: "lost" };
let start;

async function begin() {
  start = await ask("/api/start");
  const name = new URL(/^[a-z]+:\/\//.test(start.organization) ? start.organization : `https:${"//"}${start.organization}`).host;
  fill(at("organization"), element("span", { class: start.simulated ? "chip" : "chip real" }, start.simulated ? "simulated" : "real organization"), name);
  const option = ({ name: action }) => element("option", { value: action }, action);
  fill(at("action"),
    element("optgroup", { label: "Writes" }, ...start.actions.filter((action) => action.writes).map(option)),
    element("optgroup", { label: "Reads" }, ...start.actions.filter((action) => !action.writes).map(option)));
  at("action").value = start.simulated ? FIRST.action : "list_accounts";
  at("action").addEventListener("change", choose);
  switches();
  fill(at("imports"), ...start.imports.map((name) => element("li", {}, element("code", {}, name.replace(/@.*$/, "")))));
  fill(at("reach"), element("code", {}, name), start.simulated ? ", which also signs it in." : " and Microsoft's sign-in service.");
  at("other").hidden = !start.simulated;
  at("form").addEventListener("submit", run);
  at("har").addEventListener("click", result.download);
  at("escape").addEventListener("click", escape);
  at("reset").addEventListener("click", otherSide.reset);
  tabs();
  await choose();
  if (start.simulated) {
    await otherSide.remember();
    await otherSide.show();
  }
  document.body.dataset.ready = "yes";
}

const chosen = () => start.actions.find(({ name }) => name === at("action").value);

async function choose() {
  const action = chosen();
  at("writes").hidden = start.simulated || !action.writes;
  at("writes").querySelector("input").checked = false;
  await form.show(action, start.picks, start.simulated);
}

/** The faults; each call runs with one of them. */
function switches() {
  at("faults").hidden = start.faults.length === 0;
  const meaning = () => {
    const own = start.faults.find(({ name }) => at(`fault-${name}`).checked);
    fill(at("meaning"), own ? own.meaning : "");
  };
  fill(at("switches"), ...start.faults.map(({ name, label }) => element("span", { class: "choice" },
    element("input", { type: "radio", name: "fault", id: `fault-${name}`, value: name, checked: name === FIRST.fault }),
    element("label", { for: `fault-${name}` }, label))));
  at("switches").addEventListener("change", meaning);
  meaning();
}

async function run(event) {
  event.preventDefault();
  const button = at("run");
  if (button.disabled) return;
  button.disabled = true;
  delete document.body.dataset.ran;
  fill(button, "Running…");
  at("answer").hidden = true;
  fill(at("figures"));
  at("verdict").className = "going";
  fill(at("verdict"), "…");
  fill(at("waterfall"));
  try {
    if (start.simulated) await otherSide.remember();
    const call = ask("/api/call", {
      action: chosen().name,
      input: form.input(),
      fault: document.querySelector("input[name=fault]:checked")?.value,
      may_write: at("may-write").checked,
    });
    const watching = watch();
    const ended = await call.finally(watching.stop);
    result.end(ended, start.simulated ? await otherSide.stored() : null);
  } catch (error) {
    refuse(at("verdict"), error);
  }
  if (start.simulated) await otherSide.show().catch((error) => refuse(at("rows"), error));
  button.disabled = false;
  fill(button, "Run");
  document.body.dataset.ran = "yes";
}

/** Draws the requests while the call runs. */
function watch() {
  let on = true;
  const look = async () => {
    if (!on) return;
    try {
      const { exchanges, elapsed } = await ask("/api/progress");
      if (on) result.draw(exchanges, elapsed);
    } catch {
      // The call itself reports the error.
    }
    if (on) setTimeout(look, 150);
  };
  setTimeout(look, 100);
  return { stop: () => (on = false) };
}

function refuse(place, error) {
  place.className = "failed";
  fill(place, element("strong", {}, error.message));
}

async function escape() {
  const place = at("escaped");
  try {
    const { exchanges, failure } = await ask("/api/escape", {});
    const [tried] = exchanges;
    place.className = tried?.denied ? "done" : "failed";
    fill(place,
      element("strong", {}, tried?.denied ? "Refused before any request left this machine." : "Not refused."),
      tried ? element("p", {}, element("code", {}, `${tried.method} ${new URL(tried.url).host}`), ` ${tried.failure ?? ""}`) : null,
      failure ? element("p", { class: "hint" }, failure.message) : null);
  } catch (error) {
    refuse(place, error);
  }
}

/** Table and JSON, by mouse and arrow keys. */
function tabs() {
  const all = [at("tab-table"), at("tab-json")];
  const select = (tab) => {
    for (const own of all) {
      own.setAttribute("aria-selected", String(own === tab));
      own.tabIndex = own === tab ? 0 : -1;
      at(own.getAttribute("aria-controls")).hidden = own !== tab;
    }
  };
  for (const [index, tab] of all.entries()) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowLeft" && key !== "ArrowRight") return;
      const next = all[1 - index];
      select(next);
      next.focus();
    });
  }
}

begin().catch((error) => refuse(at("verdict"), error));
