// Builds elements. Content from rows is always inserted as text, never as HTML.

export const at = (id) => document.getElementById(id);

/** An element with attributes and children; a string becomes a text node. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    // `aria-pressed="false"` must be present; `checked` must be absent to mean false.
    const told = key.startsWith("aria-") ? String(value) : value;
    if (told === undefined || told === null || told === false) continue;
    made.setAttribute(key, told === true ? "" : String(told));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Replaces an element's children. */
export const fill = (parent, ...children) => parent.replaceChildren(...children.filter(Boolean));

const key = location.hash.slice(1);

/** Sends a request to the inspector. A refusal is thrown as an error with its message. */
export async function ask(path, body) {
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-inspect-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error ?? `status ${answer.status}`);
  return told;
}

/** Indents JSON without changing its numbers. */
export function indented(text) {
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|\s+/g, (token) => {
    if (token === "{" || token === "[") return depth++, token + line();
    if (token === "}" || token === "]") return depth--, line() + token;
    if (token === ",") return token + line();
    if (token === ":") return ": ";
    return /^\s/.test(token) ? "" : token;
  }).replace(/([{[])\s+([}\]])/g, "$1$2");
}

export function milliseconds(time) {
  if (time >= 10_000) return `${(time / 1000).toFixed(1)} s`;
  if (time >= 1000) return `${(time / 1000).toFixed(2)} s`;
  return `${time >= 10 ? Math.round(time) : time.toFixed(1)} ms`;
}

export function bytes(count) {
  return count < 1024 ? `${count} B` : count < 1 << 20 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / (1 << 20)).toFixed(1)} MiB`;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
