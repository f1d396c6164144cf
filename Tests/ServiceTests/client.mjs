// What organisers and voters do over the interface for programs.

import { until } from "./service.mjs";

/** Why the service refused. */
export class Refusal extends Error {
  constructor(method, path, status, problem) {
    super(`${method} ${path}: ${status} ${JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
    this.code = (problem?.type ?? "").split("/").pop();
  }
}

/** Somebody with a session of their own. */
export class Client {
  #cookie = null;
  #token = null;
  csrf = null;

  constructor(service) { this.service = service; }

  async ask(method, path, body, { type = "application/json", headers = {} } = {}) {
    const fields = { ...headers };
    if (body !== undefined) fields["Content-Type"] = type;
    if (this.#cookie) fields.Cookie = this.#cookie;
    if (this.#token) fields.Authorization = `Bearer ${this.#token}`;
    if (this.csrf && method !== "GET") fields["X-Comitia-CSRF"] = this.csrf;
    const text = body !== undefined && type === "application/json" ? JSON.stringify(body) : body;
    const answer = await fetch(`${this.service.address}/api/v1${path}`, {
      method, headers: fields, body: text, redirect: "manual", signal: AbortSignal.timeout(120_000),
    });
    const cookie = answer.headers.get("Set-Cookie");
    if (cookie) this.#cookie = cookie.split(";")[0];
    const isJSON = /json/.test(answer.headers.get("Content-Type") ?? "");
    const content = isJSON ? await answer.json() : new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok) throw new Refusal(method, path, answer.status, content);
    return { status: answer.status, headers: answer.headers, content };
  }

  async get(path) { return (await this.ask("GET", path)).content; }
  async post(path, body, options) { return (await this.ask("POST", path, body, options)).content; }
  async put(path, body, options) { return (await this.ask("PUT", path, body, options)).content; }

  async signIn(name, password) {
    const session = await this.post("/session", { name, password });
    this.csrf = session.csrf;
    return session;
  }

  /** From now on by a token instead of the session. */
  useToken(token) {
    this.#cookie = null;
    this.csrf = null;
    this.#token = token;
  }

  get cookie() { return this.#cookie; }
  set cookie(value) { this.#cookie = value; }
}

/** The first owner of a service. */
export async function owner(service, password = "a long enough password") {
  const client = new Client(service);
  // The terminal shows it only after the service answers.
  const code = await until(() => service.setupCode, "the code for the first owner");
  await client.post("/setup", { code, name: "Olga", surname: "Owner", email: "owner@example.org", password });
  await client.signIn("owner@example.org", password);
  return client;
}

/** What a simple election asks. */
export const question = {
  title: "Election of the chair", smallAcknowledged: true,
  contests: [{ title: "Who is to be chair?", kind: "single", options: ["Ada", "Blaise", "Carl", "Dora", "Emil"] }],
};
