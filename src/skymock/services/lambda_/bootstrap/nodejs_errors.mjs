// How Lambda's Node.js runtime shows errors: to whoever invoked the function, and in the log.

// An error of the runtime's own, of a class such as ImportModuleError for "Runtime.ImportModuleError".
export function fault(errorType, message) {
  const className = errorType.replace("Runtime.", "");
  const kind = { [className]: class extends Error {} }[className];
  return Object.defineProperty(new kind(message), "name", { value: errorType });
}

// What the caller is told.
export function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

// An error in a line of text.
export function logged(error) {
  return JSON.stringify(error, (_, value) => members(value));
}

function members(value) {
  if (!(value instanceof Error)) return value;
  const named = { errorType: value.name, errorMessage: value.message, code: value.code };
  return { ...named, ...value, stack: (value.stack ?? "").split("\n") };
}

// An error in a line of JSON; anything else as it is.
export function inJson(value, withMembers = true) {
  if (!(value instanceof Error)) return value;
  const named = { errorType: value.constructor?.name ?? "UnknownError", errorMessage: value.message };
  return { ...named, stackTrace: (value.stack ?? "").split("\n"), ...(withMembers && value) };
}
