// The console of Lambda's Node.js runtime: lines of text, or of JSON, above the function's log level.

import { format } from "node:util";
import { inJson } from "./nodejs_errors.mjs";

export const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const METHODS = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", fatal: "FATAL" };

// requestId: gives the id of the invocation that is going on, undefined before the first one.
export function takeOverConsole(requestId) {
  const lowest = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
  const line = isJson ? asJson : asText;
  for (const [method, level] of Object.entries(METHODS)) {
    const isShown = level === "FATAL" || LEVELS.indexOf(level) >= lowest;
    console[method] = (first, ...others) => {
      if (!isShown) return;
      const text = line(new Date().toISOString(), level, requestId(), [first, ...others]);
      process.stdout.write(`${text.replaceAll("\n", "\r")}\n`);
    };
  }
}

function asText(timestamp, level, requestId, values) {
  return `${timestamp}\t${requestId}\t${level}\t${format(...values)}`;
}

function asJson(timestamp, level, requestId, values) {
  const record = { timestamp, level, requestId };
  if (values.length > 1) {
    const error = values.find((value) => value instanceof Error);
    return JSON.stringify({ ...record, message: format(...values), ...(error && inJson(error, false)) });
  }
  try {
    return JSON.stringify({ ...record, message: values[0] }, (_, value) => inJson(value));
  } catch {
    return JSON.stringify({ ...record, message: format(values[0]) });
  }
}
