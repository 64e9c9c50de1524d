// How Lambda's Node.js runtime shows errors: to whoever invoked the function, and in the log.

export function fault(errorType, message) {
  return Object.defineProperty(new Error(message), "name", { value: errorType });
}

export function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

export function logged(error) {
  return JSON.stringify(error instanceof Error ? error : new Error(error), (_, value) => members(value));
}

function members(value) {
  if (!(value instanceof Error)) return value;
  const named = { errorType: value.name, errorMessage: value.message, code: value.code };
  return { ...named, ...value, stack: (value.stack ?? "").split("\n") };
}
