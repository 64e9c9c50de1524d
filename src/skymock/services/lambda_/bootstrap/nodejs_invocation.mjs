// How a handler is called, and the ways in which it may answer: a promise, a callback, the context of old.

import { fault } from "./nodejs_errors.mjs";

// What is done when the event loop is empty.
let atRest = () => {};
process.on("beforeExit", () => atRest());

const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise " +
  "that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";

export function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const [client, identity] = ["lambda-runtime-client-context", "lambda-runtime-cognito-identity"].map((name) =>
    headers[name] ? JSON.parse(headers[name]) : undefined,
  );
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    callbackWaitsForEmptyEventLoop: true,
    clientContext: client,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    identity,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// The first way in which a handler answers counts. What it returns counts only as a promise.
export function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const first = (answer) => (...values) => {
      if (!isAnswered) answer(...values);
      isAnswered = true;
    };
    const settle = (error, answer) => (isNothing(error) ? resolve(answer) : reject(error));
    const done = first(settle);
    const context = contextOf(headers);
    const callback = first((error, answer) => {
      if (!isNothing(error) || !context.callbackWaitsForEmptyEventLoop) settle(error, answer);
      else atRest = () => resolve(answer);
    });
    atRest = () => (isAsync(handler) ? reject(fault("Runtime.NodeJsExit", NEVER_SETTLED)) : resolve(null));
    const succeed = (answer) => done(null, answer);
    const fail = (error) => done(isNothing(error) ? "handled" : error);
    const returned = handler(event, Object.assign(context, { done, succeed, fail }), callback);
    if (typeof returned?.then === "function") returned.then(succeed, fail);
  });
}

function isAsync(handler) {
  return handler.constructor?.name === "AsyncFunction";
}

function isNothing(error) {
  return error === undefined || error === null;
}
