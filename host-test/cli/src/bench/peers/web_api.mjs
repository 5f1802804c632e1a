// The same calls with dynamics-web-api.

import { DynamicsWebApi } from "dynamics-web-api";

const [url, token, action, given, calls] = process.argv.slice(-5);
const dataverse = new DynamicsWebApi({
  serverUrl: url,
  dataApi: { version: "9.2" },
  onTokenRefresh: async () => token,
});
const input = JSON.parse(given);
const call = {
  get_account: () => dataverse.retrieve({ collection: "accounts", key: input.account_id }),
  list_accounts: () =>
    dataverse.retrieveMultiple({
      collection: "accounts",
      select: ["accountid", "name", "telephone1", "emailaddress1", "_primarycontactid_value"],
      top: 50,
    }),
  find_contact: () => dataverse.retrieveMultiple({ collection: "contacts", filter: input.filter }),
}[action];

const answer = await call();
if (Number(calls) === 1) {
  console.log(JSON.stringify(answer));
} else {
  for (let at = 0; at < Number(calls) / 20; at++) await call();
  const began = process.hrtime.bigint();
  const before = process.cpuUsage();
  for (let at = 0; at < Number(calls); at++) await call();
  const { user, system } = process.cpuUsage(before);
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(JSON.stringify({ wall, cpu: (user + system) / 1e6 }));
}
