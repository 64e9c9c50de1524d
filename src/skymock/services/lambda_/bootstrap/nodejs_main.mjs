// Lambda's Node.js runtime as a process's program: it finds the handler, asks for events, and tells what came of them.

import { existsSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { isJson, takeOverConsole } from "./nodejs_console.mjs";
import { described, fault, logged } from "./nodejs_errors.mjs";
import { contextOf, run } from "./nodejs_invocation.mjs";
import { HttpResponseStream, ResponseStream, highWaterMarkOf, isStreaming, streamifyResponse } from "./nodejs_streams.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = "";

globalThis.awslambda = { streamifyResponse, HttpResponseStream };

function open(method, name, headers, { resolve, reject }, through = agent) {
  const options = { host, port, agent: through, method, path: `/2018-06-01/runtime/${name}`, headers };
  const request = http.request(options, (response) => {
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
  });
  request.on("error", reject);
  return request;
}

function call(method, name, body, headers = {}, through = agent) {
  return new Promise((resolve, reject) => open(method, name, headers, { resolve, reject }, through).end(body));
}

takeOverConsole(() => requestId || undefined);

function logFailure(heading, error) {
  const shown = error instanceof Error ? error : new Error(error);
  if (isJson) console.error(shown);
  else console.error(heading, "\t" + logged(shown));
}

async function tellFailure(name, heading, error, through = agent) {
  logFailure(heading, error);
  const document = described(error);
  const headers = { "Lambda-Runtime-Function-Error-Type": document.errorType };
  await call("POST", name, JSON.stringify(document), headers, through);
}

// What nobody has caught ends the process. A stream may hold the agent's only connection.
async function die(heading, error, status) {
  const name = requestId ? `invocation/${requestId}/error` : "init/error";
  await tellFailure(name, heading, error, false).catch(() => {});
  process.exit(status);
}

function dieOfRejection(reason, promise) {
  const error = fault("Runtime.UnhandledPromiseRejection", String(reason));
  return die("Unhandled Promise Rejection", Object.assign(error, { reason, promise }), 128);
}

process.on("uncaughtException", (error) => die("Uncaught Exception", error, 129));
process.on("unhandledRejection", dieOfRejection);

async function findHandler() {
  const [folder, base] = [process.env.LAMBDA_TASK_ROOT, path.basename(process.env._HANDLER)];
  const dot = base.indexOf(".");
  if (dot < 0) throw fault("Runtime.MalformedHandlerName", "Bad handler");
  const file = path.resolve(folder, path.dirname(process.env._HANDLER), base.slice(0, dot));
  const found = ["", ".js", ".mjs", ".cjs"].map((ending) => file + ending).find((each) => existsSync(each));
  if (!found) {
    throw fault("Runtime.ImportModuleError", `Error: Cannot find module '${base.slice(0, dot)}'`);
  }
  let module;
  try {
    module = found.endsWith(".mjs") ? await import(pathToFileURL(found)) : await load(found);
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    // What an ECMAScript module imports in vain has another code, and is told as any error.
    if (error?.code === "MODULE_NOT_FOUND") throw fault("Runtime.ImportModuleError", `Error: ${error.message}`);
    throw error;
  }
  const names = base.slice(dot + 1).split(".");
  const handler = names.reduce((value, name) => value?.[name], module);
  if (handler === undefined) {
    throw fault("Runtime.HandlerNotFound", `${base} is undefined or not exported`);
  }
  if (typeof handler !== "function") throw fault("Runtime.HandlerNotFound", `${base} is not a function`);
  return handler;
}

async function load(file) {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (error?.code !== "ERR_REQUIRE_ESM") throw error;
    return import(pathToFileURL(file));
  }
}

function asText(answer) {
  try {
    return JSON.stringify(answer === undefined ? null : answer);
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

async function runStreaming(handler, event, headers) {
  const name = `invocation/${requestId}/response`;
  const openStream = (streamHeaders, settle) => open("POST", name, streamHeaders, settle);
  const stream = new ResponseStream(openStream, highWaterMarkOf(handler));
  const context = contextOf(headers);
  try {
    const answer = handler(event, stream, context);
    if (typeof answer?.then !== "function") throw "Streaming does not support non-async handlers.";
    if ((await answer) !== undefined) console.warn("Streaming handlers ignore return values.");
    await stream.answered;
  } catch (error) {
    logFailure("Invoke Error", error);
    if (!stream.writableEnded && !stream.destroyed) stream.fail(described(error));
  }
  // AWS's runtime has a promise of its own for a stream that was destroyed, which nobody waits for.
  await stream.answered.catch((reason) => dieOfRejection(reason, stream.answered));
}

let handler;
try {
  handler = await findHandler();
} catch (error) {
  await tellFailure("init/error", "Uncaught Exception", error);
  process.exit(129);
}
for (;;) {
  const { headers, body } = await call("GET", "invocation/next");
  requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    if (isStreaming(handler)) {
      await runStreaming(handler, JSON.parse(body), headers);
      continue;
    }
    const answer = asText(await run(handler, JSON.parse(body), headers));
    await call("POST", `invocation/${requestId}/response`, answer);
  } catch (error) {
    await tellFailure(`invocation/${requestId}/error`, "Invoke Error", error);
  }
}
