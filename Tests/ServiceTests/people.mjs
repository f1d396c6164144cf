// People of every role, each with a session.

import { Client } from "./client.mjs";

export const password = "correct horse battery";

/** What each role may: `Permission` of the service, once more. */
export const permissions = {
  owner: ["ownAccount", "vote", "readElections", "manageElections", "readRoll", "manageRoll", "readAccounts", "readContactData", "approveAccounts", "manageAccounts", "readAuditLog", "readOperations", "manageJobs", "answerQuestions", "readFeedback"],
  auditor: ["ownAccount", "vote", "readElections", "readRoll", "readAccounts", "readAuditLog", "readOperations"],
  support: ["ownAccount", "vote", "readElections", "readRoll", "manageRoll", "readAccounts", "readContactData", "approveAccounts", "answerQuestions"],
  voter: ["ownAccount", "vote"],
};
permissions.administrator = permissions.owner;

/** Somebody with an approved account of a role, signed in. */
export async function person(chief, role, name = role) {
  const email = `${name}@people.example`;
  const client = new Client(chief.service);
  await client.post("/accounts", { name: `${name}`, surname: "Person", email, password });
  const pending = (await chief.get("/accounts?state=pending&limit=200")).items.find((account) => account.email === email);
  await chief.post(`/accounts/${pending.id}/approval`);
  if (role !== "voter") await chief.ask("PATCH", `/accounts/${pending.id}`, { role });
  await client.signIn(email, password);
  return Object.assign(client, { id: pending.id, email });
}

/** Everything that the interface offers: method, path with parameters, and which permission it needs, or that trustees sign it. */
export async function routes(service) {
  const { paths } = await (await fetch(`${service.address}/api/v1/openapi.json`)).json();
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(), path, operation,
    permission: operation.description?.match(/^Needs the permission `(\w+)`/)?.[1],
    isTrustees: operation.security.some((scheme) => "trustee" in scheme),
  })));
}

/** A path with values in place of its parameters. */
export const filled = (path, values) => path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? values.other);
