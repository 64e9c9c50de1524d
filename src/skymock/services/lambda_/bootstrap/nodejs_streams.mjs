// Response streaming of Lambda's Node.js runtime: the global `awslambda`, and the stream that a handler writes to.

import { Writable } from "node:stream";
import { fault } from "./nodejs_errors.mjs";

// The names by which AWS's runtime marks a handler, which libraries that wrap handlers know too.
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

const [ERROR_TYPE, ERROR_BODY] = ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"];

export class HttpResponseStream {
  // The status, headers and cookies of an HTTP response go before the first write; without one they go nowhere.
  static from(stream, metadata) {
    stream.setContentType("application/vnd.awslambda.http-integration-response");
    const prelude = JSON.stringify(metadata);
    stream._onBeforeFirstWrite = (write) => {
      write(prelude);
      write(new Uint8Array(8));
    };
    return stream;
  }
}

export function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  return handler;
}

export function isStreaming(handler) {
  return handler[STREAMING] === "response";
}

export function highWaterMarkOf(handler) {
  return handler[HIGH_WATER_MARK];
}

// A writable stream whose chunks are those of an HTTP request. `open` makes the request of its headers.
export class ResponseStream extends Writable {
  #request;
  #hasBegun = false;
  #trailers = null;
  #settle;

  constructor(open, highWaterMark) {
    super(highWaterMark === undefined ? {} : { highWaterMark });
    this.answered = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.answered.catch(() => {}); // whoever waits for it has the error
    this.on("error", () => {});
    const headers = {
      "Content-Type": "application/octet-stream",
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      "Transfer-Encoding": "chunked",
      Trailer: `${ERROR_TYPE}, ${ERROR_BODY}`,
    };
    // Its connection is there from the start, so a stream that is never ended keeps the process waiting.
    this.#request = open(headers, this.#settle);
  }

  setContentType(type) {
    if (this.#hasBegun) throw fault("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.");
    this.#request.setHeader("Content-Type", type);
  }

  write(chunk, ...rest) {
    const isText = typeof chunk === "string" || Buffer.isBuffer(chunk) || chunk instanceof Uint8Array;
    const before = this._onBeforeFirstWrite;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      if (typeof before === "function") before((part) => super.write(part));
    }
    return super.write(isText ? chunk : JSON.stringify(chunk), ...rest);
  }

  // End the response with an error, behind what has been written.
  fail(described) {
    this.#trailers = {
      [ERROR_TYPE]: described.errorType,
      [ERROR_BODY]: Buffer.from(JSON.stringify(described)).toString("base64"),
    };
    this.end();
  }

  _write(chunk, encoding, callback) {
    this.#hasBegun = true;
    this.#request.write(chunk, callback);
  }

  _final(callback) {
    if (this.#trailers) this.#request.addTrailers(this.#trailers);
    this.#request.end(callback);
  }

  _destroy(error, callback) {
    if (!this.writableFinished) {
      this.#settle.reject(error ?? new Error("The response stream was destroyed."));
      this.#request.destroy();
    }
    callback(error);
  }
}
