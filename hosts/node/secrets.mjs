// @ts-check
/** The connector's secrets. It reads them by name and sees nothing else of this process. */
/** @type {Map<string, string | undefined>} */
const secrets = new Map([
  ["instance_url", process.env.DYNAMICS365_INSTANCE_URL],
  ["tenant_id", process.env.DYNAMICS365_TENANT_ID],
  ["client_id", process.env.DYNAMICS365_CLIENT_ID],
  ["client_secret", process.env.DYNAMICS365_CLIENT_SECRET],
]);

/** @type {typeof import("./connector/interfaces/dynamics365-sales-secrets.js").get} */
export function get(name) {
  const value = secrets.get(name);
  if (!value) {
    /** @type {import("./connector/interfaces/dynamics365-sales-secrets.js").SecretError} */
    const reason = "not-found";
    throw reason;
  }
  return value;
}

/** Keeps fresh tokens, so that the next call does not have to sign in.
 * @type {typeof import("./connector/interfaces/dynamics365-sales-secrets.js").set} */
export function set(name, value) {
  secrets.set(name, value);
}
