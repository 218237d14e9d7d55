/** What of an error may stand in a log: its kind, words and place. Never what it carries: a database error carries whole documents. */
export function plainError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 500) };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name, message: error.message.slice(0, 500), stack: error.stack?.slice(0, 4000),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.cause !== undefined && depth < 5 ? { cause: plainError(error.cause, depth + 1) } : {}),
  };
}
