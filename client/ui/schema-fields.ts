/** Turns the JSON Schema of a settings object into the fields of a form. */

/** The part of JSON Schema that forms are made of; label, help, secret and generated are ours. */
export type ObjectSchema = { properties?: Record<string, FieldSchema>; required?: string[] };
export type FieldSchema = {
  type?: string; enum?: string[]; format?: string; default?: unknown; title?: string; description?: string; minimum?: number; maximum?: number; maxLength?: number;
  items?: { type?: string }; secret?: boolean; generated?: boolean; hidden?: boolean; label?: Record<string, string>; help?: Record<string, string>; advanced?: boolean;
};
export type Field = {
  name: string; label: string; help?: string; required: boolean; input: 'text' | 'long' | 'number' | 'switch' | 'choice' | 'secret' | 'color' | 'lines'; choices?: { value: string; label: string }[]; advanced: boolean; min?: number; max?: number; initial: unknown;
};

const spaced = (name: string) => name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/^./, (letter) => letter.toUpperCase());

function inputOf(name: string, schema: FieldSchema): Field['input'] {
  if (schema.secret) return 'secret';
  if (schema.enum) return 'choice';
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type === 'array') return 'lines';
  if (/colou?r$/i.test(name)) return 'color';
  return (schema.maxLength ?? 0) >= 400 ? 'long' : 'text';
}

const empty = { switch: false, lines: [], number: undefined, text: '', long: '', secret: '', choice: undefined, color: '#1d4ed8' };

/** The fields in the schema's order, with words for what can be chosen; what the server makes itself, and what only engineers change, is left out. */
export function fieldsOf(schema: ObjectSchema, locale: string, wordFor: (choice: string) => string = String): Field[] {
  return Object.entries(schema.properties ?? {}).filter(([, each]) => !each.generated && !each.hidden).map(([name, each]) => {
    const input = inputOf(name, each);
    return {
      name, input, label: each.label?.[locale] ?? each.title ?? spaced(name), help: each.help?.[locale] ?? each.description, choices: each.enum?.map((value) => ({ value, label: wordFor(value) })), advanced: each.advanced === true, min: each.minimum, max: each.maximum,
      required: (schema.required ?? []).includes(name) && each.default === undefined, initial: each.default ?? empty[input],
    };
  });
}

/** What a form starts with: stored settings over defaults; a stored secret is never sent to us, so its field is empty. */
export function initialValues(fields: Field[], stored: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, field.input === 'secret' ? '' : stored[field.name] ?? field.initial]));
}

/** What is sent: an untouched secret and an empty optional field are left out, so the server keeps or defaults them. */
export function settingsOf(fields: Field[], values: Record<string, unknown>): Record<string, unknown> {
  const kept = fields.filter((field) => {
    const value = values[field.name];
    return value !== undefined && !(value === '' && (field.input === 'secret' || (!field.required && field.initial !== '')));
  });
  return Object.fromEntries(kept.map((field) => [field.name, values[field.name]]));
}
