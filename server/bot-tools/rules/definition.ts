/** What must hold between the fields of a tool. Field -> what is wrong and what to do; empty when all is well. */
import { isJson, type ToolDefinition, type ToolInput } from '../schema.ts';
import { stepsOf } from './paths.ts';
import { partsOf, placesIn } from './template.ts';

/** Why a pattern is not taken; undefined when it is. One that can be read in many ways could take minutes on a long word. */
export function badPattern(pattern: string): string | undefined {
  try {
    RegExp(`^(?:${pattern})$`, 'iu');
  } catch {
    return 'is no regular expression; write e.g. [A-Z]\\d{4,10}';
  }
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return 'may hold no back-references and no look-around';
  if (/\)(?:[*+]|\{)/.test(pattern)) return 'may not repeat a group; repeat single characters, e.g. \\d{4,10}';
  // Each open end is one more way to divide a word.
  if ((pattern.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0) > 2) return 'has too many parts of open length; at most two';
  return undefined;
}

function inputFaults(input: ToolInput, at: number): [string, string][] {
  const field = (name: string) => `inputs.${at}.${name}`;
  const pattern = input.pattern === undefined ? undefined : input.type === 'text' ? badPattern(input.pattern) : 'is for texts only';
  return [
    ...(pattern === undefined ? [] : [[field('pattern'), pattern] satisfies [string, string]]),
    ...(input.type === 'choice' && !input.choices?.length ? [[field('choices'), 'name what can be chosen'] satisfies [string, string]] : []),
    ...(input.from === 'contact' && !input.fact ? [[field('fact'), "say which address of the contact, e.g. 'email'"] satisfies [string, string]] : []),
    ...(input.from === 'contact' && input.type !== 'text' ? [[field('type'), 'an address of the contact is a text'] satisfies [string, string]] : []),
    ...(input.from === 'customer' && input.required && input.ask['zh-CN'] === '' && input.ask.en === '' ? [[field('ask'), 'write the question that the customer is asked'] satisfies [string, string]] : []),
  ];
}

function requestFaults({ run, inputs, effect }: ToolDefinition): [string, string][] {
  if (run.kind !== 'http') return [];
  const { origin, path, query } = partsOf(run.url);
  const known = new Map(inputs.map(input => [input.name, input]));
  const unknown = (field: string, text: string): [string, string][] => placesIn(text).filter(name => !known.has(name)).map(name => [field, `there is no input named ${name}; add it below or correct the address`]);
  const faults: [string, string][] = [...unknown('run.url', `${path}?${query}`), ...unknown('run.body', run.body)];
  if (!/^https?:\/\/[^\s{}@\\]+$/i.test(origin)) faults.push(['run.url', 'the host stands fixed: no values, no user name before /']);
  if (/[#]/.test(run.url)) faults.push(['run.url', 'an address ends before #']);
  if (/\{\{|\}\}/.test(`${path}?${query}`.replace(/\{\{\s*[a-z][a-z0-9_]{0,39}\s*\}\}/g, ''))) faults.push(['run.url', 'write a value as {{name}}']);
  for (const name of placesIn(path)) if (known.get(name)?.required === false) faults.push(['run.url', `${name} may be left out, so it cannot stand in the path; put it behind ? or require it`]);
  if (effect === 'read' && !/^(?:GET|POST)$/.test(run.method)) faults.push(['effect', `${run.method} changes something: choose "changes something", so that the customer is asked`]);
  if (run.method === 'GET' && run.body !== '') faults.push(['run.body', 'GET carries no body']);
  if (run.body !== '' && !isJson(run.body)) faults.push(['run.body', 'is no JSON; put each {{name}} in quotes, a number stays a number']);
  return faults;
}

/** All faults of a definition. */
export function faultsOf(tool: ToolDefinition): Record<string, string> {
  const names = tool.inputs.map(({ name }) => name);
  const outputs = tool.outputs.map(({ name }) => name);
  const faults: [string, string][] = [
    ...tool.inputs.flatMap(inputFaults), ...requestFaults(tool),
    ...names.flatMap((name, at) => (names.indexOf(name) < at ? [[`inputs.${at}.name`, 'stands twice'] satisfies [string, string]] : [])),
    ...outputs.flatMap((name, at) => (outputs.indexOf(name) < at || names.includes(name) ? [[`outputs.${at}.name`, 'stands twice'] satisfies [string, string]] : [])),
    ...tool.outputs.flatMap(({ path }, at) => (stepsOf(path) ? [] : [[`outputs.${at}.path`, 'is no path; write e.g. order.items[0].name'] satisfies [string, string]])),
    ...(['zh-CN', 'en'] as const).flatMap(tongue => placesIn(tool.say[tongue]).filter(name => !names.includes(name) && !outputs.includes(name)).map(name => [`say.${tongue}`, `there is no output or input named ${name}`] satisfies [string, string])),
  ];
  if (tool.owner && !stepsOf(tool.owner.path)) faults.push(['owner.path', 'is no path; write e.g. order.customer.email']);
  if (tool.owner && tool.effect === 'write' && !tool.inputs.some(({ from }) => from === 'contact')) faults.push(['owner.path', 'is read when the change is made already: send a proven address along as an input, so that the system itself refuses what is not theirs']);
  if (tool.identity === 'anyone' && (tool.owner || tool.inputs.some(({ from }) => from === 'contact'))) faults.push(['identity', 'addresses of the contact are used: they must be proved, choose another level']);
  if (tool.example !== '' && !isJson(tool.example)) faults.push(['example', 'is no JSON; paste an answer of the system as it comes']);
  if (tool.effect === 'read' && tool.outputs.length === 0 && tool.on) faults.push(['outputs', 'name at least one field that the bot may say']);
  return Object.fromEntries(faults.toReversed());
}
