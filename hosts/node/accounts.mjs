// @ts-check
// Microsoft Dynamics 365 Sales from Node: the connector as a module, with secrets from `secrets.mjs`.

import { actions } from "./connector/connector.js";

/** @typedef {import("./connector/interfaces/dynamics365-sales-actions.js").Failure} Failure */

const [searchTerm = ""] = process.argv.slice(2);

for (const account of actions.searchAccounts({ searchTerm }).map((text) => JSON.parse(text))) {
  console.log(account.accountid, account.name);
}
for (const { value, label } of actions.listSolutionIdOptions()) {
  console.log(value, label);
}
try {
  actions.getAccount({ accountId: "x" });
} catch (error) {
  // A failed action throws; the failure is in `payload`.
  const { payload } = /** @type {{ payload: Failure }} */ (error);
  console.log(`getAccount: ${payload.kind}: ${payload.message}`);
}
