// An action's form, generated from its schema.
import { ask, at, element, fill } from "./dom.js";

/** The day after tomorrow, at this hour. */
function soon(hour) {
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  return `${day}T${hour}:00Z`;
}

/** The initial value of a field. A required parameter with rows starts with the first row. */
const EXAMPLES = {
  subject: "Coffee machine demo",
  scheduledstart: () => soon("09:00"),
  scheduledend: () => soon("09:30"),
  required_attendee_email: "ann.baker@contoso.com",
  search_term: "co",
  name: "an",
  display_name: "Bank Account",
  primary_attribute: "Account Name",
  additional_attributes: '[{"name": "Balance", "type": "money"}]',
  records_per_page: 5,
};

/** Parameters whose example would be misleading, by action. */
const EMPTY = { update_appointment: ["scheduledstart", "scheduledend"] };

const labels = (name) => name.replace(/_/g, " ").replace(/ id$/, "").replace(/^scheduled/, "");

/** Builds an action's form. */
export async function show(action, picks, simulated) {
  const { properties, required = [] } = action.input_schema;
  const fields = (own) => Object.entries(properties).filter(([name]) => required.includes(name) === own)
    .map(([name, schema]) => field(action, name, schema, own, simulated));
  fill(at("required"), ...fields(true));
  fill(at("optional"), ...fields(false));
  at("more").hidden = required.length === Object.keys(properties).length;
  at("more").open = required.length === 0 || action.name === "update_appointment";
  fill(at("description"), action.description);
  await Promise.all(Object.keys(properties).filter((name) => picks.includes(name)).map((name) => offer(name, required.includes(name))));
}

function field(action, name, schema, required, simulated) {
  const id = `field-${name}`;
  let example = EXAMPLES[name];
  if (typeof example === "function") example = example();
  if (EMPTY[action.name]?.includes(name) || (!simulated && action.writes) || (name === "description")) example = undefined;
  example ??= schema.default;
  const attributes = { id, name, "data-type": schema.type, "aria-describedby": `${id}-hint`, required, autocomplete: "off", spellcheck: "false" };
  const label = element("span", { class: "name" }, labels(name));
  const hint = element("span", { id: `${id}-hint`, class: "hint" }, schema.description ?? "");
  if (schema.type === "boolean") {
    return element("label", { class: "switch", for: id }, element("input", { ...attributes, type: "checkbox", checked: schema.default === true }), label);
  }
  const control = name === "additional_attributes"
    ? element("textarea", { ...attributes, rows: 2 })
    : element("input", { ...attributes, type: schema.type === "integer" ? "number" : "text", list: `${id}-rows` });
  if (example !== undefined) control.value = example;
  return element("label", { class: "field", for: id }, label, control, element("datalist", { id: `${id}-rows` }), hint);
}

/** Offers the rows that fit a parameter. */
async function offer(name, required) {
  const control = at(`field-${name}`);
  try {
    const { rows } = await ask(`/api/pick/${name}`);
    const list = at(`field-${name}-rows`);
    if (!list) return;
    fill(list, ...rows.map(({ value, label }) => element("option", { value, label: String(label ?? value) })));
    const own = rows[0];
    if (required && own && control.value === "") control.value = own.value;
  } catch {
    // The field still accepts any text.
  }
}

/**
 * The form's input for the action. A value that is not JSON of the right type is sent unchanged, so
 * that the component reports what it expects.
 */
export function input() {
  const input = {};
  for (const control of at("fields").querySelectorAll("input, textarea")) {
    const { name, dataset: { type }, value } = control;
    if (type === "boolean") {
      if (control.checked) input[name] = true;
    } else if (value.trim() !== "") {
      input[name] = type === "string" ? value : parsed(value);
    }
  }
  return input;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
