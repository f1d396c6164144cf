// Small answers, beside nginx on the same machine.

import { spawn, spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { root, until } from "../../Tests/ServiceTests/service.mjs";
import { load, loopback, median, processorTime } from "./programs.mjs";

const file = "/vote/index.html";

export async function measurePlain(service, rounds, count) {
  const nginx = await startNginx(service);
  try {
    const health = await fetch(`${service.address}/api/v1/health`);
    const targets = [
      { name: "200 OK through the router", path: "/api/v1/health", port: service.port, pid: service.process.pid },
      { name: "a page", path: file, port: service.port, pid: service.process.pid },
    ];
    if (nginx) {
      nginx.configure(await health.text());
      await nginx.start();
      targets.push({ name: "nginx, return 200", path: "/api/v1/health", port: nginx.port, pid: nginx.pid });
      targets.push({ name: "nginx, the page", path: file, port: nginx.port, pid: nginx.pid });
    }
    const found = targets.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, target] of targets.entries()) found[index].push(await ask(target, count));
    }
    return targets.map(({ name }, index) => ({
      name,
      perSecond: median(found[index].map((figures) => figures.perSecond)),
      processor: median(found[index].map((figures) => figures.processor)),
      generator: median(found[index].map((figures) => figures.generator)),
      rounds: found[index],
    }));
  } finally {
    await nginx?.stop();
  }
}

async function ask({ path, port, pid }, count) {
  const before = processorTime(pid);
  const answered = await load("requests", { address: loopback(port), path, connections: 128, count, apart: true });
  if (answered.statuses["200"] !== count) throw new Error(`${path}: ${JSON.stringify(answered.statuses)}`);
  return { perSecond: answered.perSecond, processor: (1e6 * (processorTime(pid) - before)) / count, generator: (1e6 * answered.cpu) / count };
}

/** An nginx of our own, on a free port; `null` where it is not installed. */
async function startNginx(service) {
  const program = ["/usr/sbin/nginx", "nginx"].find((path) => spawnSync(path, ["-v"]).status === 0);
  if (!program) return null;
  const port = service.port + 1;
  const settings = join(service.folder, "nginx.conf");
  let process;
  return {
    port,
    get pid() { return process.pid; },
    configure(text) {
      writeFileSync(settings, `daemon off; worker_processes ${cpus().length}; pid ${service.folder}/nginx.pid; error_log stderr;
worker_rlimit_nofile 20000; events { worker_connections 10000; }
http {
  access_log ${service.folder}/nginx.log; keepalive_requests 10000000; types { text/html html; }
  client_body_temp_path ${service.folder}; proxy_temp_path ${service.folder}; fastcgi_temp_path ${service.folder};
  uwsgi_temp_path ${service.folder}; scgi_temp_path ${service.folder};
  server { listen 127.0.0.1:${port}; root ${join(root, ".build/web")}; location = /api/v1/health { default_type application/json; return 200 '${text}'; } }
}
`);
    },
    async start() {
      process = spawn(program, ["-c", settings], { stdio: ["ignore", "ignore", "inherit"] });
      await until(() => fetch(`http://127.0.0.1:${port}/api/v1/health`).then((answer) => answer.ok, () => false), "nginx", 10);
    },
    async stop() {
      if (!process) return;
      const ended = new Promise((resolve) => { process.on("close", resolve); });
      process.kill("SIGTERM");
      await ended;
    },
  };
}
