import type { z } from 'zod';

/** zod's issues as field -> message, under a prefix; unknown keys are named one by one. */
export function fieldsOf(error: z.ZodError, prefix = ''): Record<string, string> {
  const fields: Record<string, string> = {};
  const put = (path: PropertyKey[], message: string) => { fields[[...(prefix ? [prefix] : []), ...path.map(String)].join('.') || 'body'] ??= message; };
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) put([...issue.path, key], 'is not known here; remove it');
    else put(issue.path, issue.message);
  }
  return fields;
}
