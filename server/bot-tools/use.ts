/** One use of a tool. Everything that protects a customer is checked here, at the moment of use, whatever a bot says. */
import type { ActionOutcome } from '../../bots/bot.ts';
import { mayBeShown } from '../../bots/guard/injection.ts';
import { personalIn, visible } from '../../bots/guard/personal.ts';
import { typed, wasSaid } from '../../bots/tools/values.ts';
import { normalAddress } from '../contacts/rules/address.ts';
import type { Evidence } from '../contacts/schema.ts';
import type { Locale, Words } from '../conversations/schema.ts';
import { agreed, heardIn, waiting, type Spoken } from './consent.ts';
import type { Answered } from './request.ts';
import { belongs, resultWith, seenIn } from './rules/result.ts';
import { Unfit } from './rules/template.ts';
import type { CallOutcome, Identity, StoredTool, ToolCall, Value, Withdrawn } from './schema.ts';
import { ToolTrouble } from './trouble.ts';

/** An address of the contact, and why we believe it. */
export type Known = { kind: string; value: string; evidence: Evidence };
/** For whom, and in which conversation. */
export type Asker = { conversationId: string | null; by: ToolCall['by']; known: readonly Known[]; episode: readonly Spoken[] };

/** The world outside, as one use needs it. */
export type World = {
  /** The tool as it may be used at this moment, with today's secrets, or why not. */
  current(tool: StoredTool): Promise<StoredTool | Withdrawn>;
  send(tool: StoredTool, values: Record<string, Value>, key: string | undefined, stopping: AbortSignal): Promise<Answered>;
  record(call: Omit<ToolCall, 'id'>): Promise<void>;
  /** False when this key was taken before. */
  claim(key: string): Promise<boolean>;
  /** Whether it was taken to be used. */
  claimed(key: string): Promise<boolean>;
  /** Takes it so that nobody uses it; false when somebody did. */
  withdraw(key: string): Promise<boolean>;
  /** Calls of this conversation in the last hour. */
  recent(conversationId: string): Promise<number>;
  now(): Date;
};

const PROOF: Record<Identity, readonly Evidence[]> = { anyone: ['claimed', 'wrote-from-it', 'person', 'attested', 'hmac', 'otp'], vouched: ['attested', 'hmac', 'otp'], verified: ['hmac', 'otp'] };
const mostAnHour = 20;

/** What stands between a bot and the world. Tests take one away to see that it is missed. */
export const GUARDS = {
  proved: (level: Identity, known: readonly Known[]): boolean => level === 'anyone' || known.some(({ evidence }) => PROOF[level].includes(evidence)),
  wasSaid,
  agreed,
  belongs,
  mayBeShown,
};
export type Guards = typeof GUARDS;

/** The proven addresses of a kind, at the level a tool wants. */
const factsOf = (level: Identity, kind: string, known: readonly Known[]): string[] => known.filter(each => each.kind === kind && PROOF[level === 'anyone' ? 'vouched' : level].includes(each.evidence)).map(({ value }) => value);

/** Uses a tool for who asks. Never throws; what went wrong stands in the record. */
export async function useTool(offered: StoredTool, asker: Asker, given: Readonly<Record<string, unknown>>, locale: Locale, world: World, stopping: AbortSignal, guards: Guards = GUARDS): Promise<ActionOutcome> {
  const begun = world.now();
  const values: Record<string, Value> = {};
  const end = async <Ended extends ActionOutcome>(outcome: Ended, as: CallOutcome, facts: { status?: number | undefined; detail?: Words } = {}): Promise<Ended> => {
    const { status, detail } = facts;
    await world.record({
      toolId: offered.id, tool: offered.name, conversationId: asker.conversationId, by: asker.by, inputs: maskedInputs(offered, values), outcome: as, ms: world.now().getTime() - begun.getTime(), at: begun,
      ...(status === undefined ? {} : { status }), ...(detail === undefined ? {} : { detail }),
    }).catch(() => undefined);
    return outcome;
  };
  const tool = await world.current(offered).catch(() => 'unread' as const);
  if (typeof tool === 'string') return end({ kind: 'failed' }, tool === 'suspended' ? 'suspended' : 'withdrawn', { detail: REFUSED[tool] });
  if (!guards.proved(tool.identity, asker.known)) return end({ kind: 'identity' }, 'identity');
  const heard = heardIn(asker.episode);
  const wrong: Record<string, string> = {};
  for (const input of tool.inputs.filter(({ from }) => from === 'customer')) {
    const said = given[input.name];
    if (said === undefined || said === null || said === '') {
      if (input.required) wrong[input.name] = MISSING[locale];
      continue;
    }
    const fit = typed(input, said, locale);
    if ('wrong' in fit) wrong[input.name] = fit.wrong;
    else if (!guards.wasSaid(input, fit.value, heard)) wrong[input.name] = UNSAID[locale];
    else values[input.name] = fit.value;
  }
  if (Object.keys(wrong).length > 0) return end({ kind: 'invalid', fields: wrong }, 'invalid');
  const agreedTo = tool.effect === 'write' ? guards.agreed(asker.episode, tool.name, values) : undefined;
  for (const { name, fact = '', required } of tool.inputs.filter(({ from }) => from === 'contact')) {
    const [value] = factsOf(tool.identity, fact, asker.known);
    if (value !== undefined) values[name] = value;
    else if (required) return end({ kind: 'identity' }, 'identity');
  }
  const theirs = tool.owner ? factsOf(tool.identity, tool.owner.fact, asker.known) : [];
  if (tool.owner && theirs.length === 0) return end({ kind: 'identity' }, 'identity');
  if (agreedTo === null) return end({ kind: 'consent' }, 'consent');
  if (asker.conversationId && await world.recent(asker.conversationId) >= mostAnHour) return end({ kind: 'too-many' }, 'too-many');
  // A yes is used once: a crash or a second wish must not do it twice.
  if (agreedTo && !await world.claim(agreedTo.key)) return end({ kind: 'unknown' }, 'under-way');
  try {
    const { status, json } = await world.send(tool, values, agreedTo?.key, stopping);
    if (status === 404 || status === 410) return await end({ kind: 'not-found' }, 'not-found', { status });
    const { owner } = tool;
    if (owner && !guards.belongs(json, owner.path, theirs, value => normalAddress(owner.fact, value))) return await end({ kind: tool.effect === 'write' ? 'unknown' : 'not-found' }, 'not-theirs', { status });
    const text = resultWith(tool, seenIn(tool, json, locale, guards.mayBeShown), values, locale);
    if (text === null) return await end({ kind: 'failed' }, 'failed', { status, detail: NOTHING });
    return await end({ kind: 'done', text }, 'done', { status });
  } catch (error) {
    if (error instanceof Unfit) return end({ kind: 'invalid', fields: { [error.field]: UNFIT[locale] } }, 'invalid');
    const trouble = error instanceof ToolTrouble ? error : new ToolTrouble('工具出错。', 'The tool failed.', { cause: error });
    const kind = tool.effect === 'write' && trouble.sent ? 'unknown' : 'failed';
    return end({ kind }, kind, { status: trouble.status, detail: trouble.words });
  }
}

/** Whether the yes to exactly this, which the bot's last word waits for, was used. */
export const usedYes = async (tool: Pick<StoredTool, 'name'>, { episode }: Pick<Asker, 'episode'>, inputs: Readonly<Record<string, Value>>, world: Pick<World, 'claimed'>): Promise<boolean> => {
  const question = waiting(episode, tool.name, inputs);
  return question !== null && world.claimed(question.key);
};
/** Takes that yes back; false when it was used. */
export const withdrawYes = async (tool: Pick<StoredTool, 'name'>, { episode }: Pick<Asker, 'episode'>, inputs: Readonly<Record<string, Value>>, world: Pick<World, 'withdraw'>): Promise<boolean> => {
  const question = waiting(episode, tool.name, inputs);
  return question === null || world.withdraw(question.key);
};

const REFUSED: Record<Withdrawn | 'unread', Exclude<Words, string>> = {
  gone: { 'zh-CN': '该工具已删除。', en: 'The tool was removed.' },
  off: { 'zh-CN': '该工具已关闭。', en: 'The tool was switched off.' },
  suspended: { 'zh-CN': '该工具已暂停：服务器更改了它，请重新审核。', en: 'The tool is suspended: its server changed it, approve it again.' },
  moved: { 'zh-CN': '该工具的地址在此版本之后变了：请发布新版本。', en: 'The tool stands elsewhere since this release: publish a new one.' },
  secret: { 'zh-CN': '此版本所需的密钥已被移除：请发布新版本。', en: 'A secret that this release needs was taken away: publish a new one.' },
  tightened: { 'zh-CN': '此版本之后，该工具所需的信息或可以说的字段收紧了：请发布新版本。', en: 'What this tool takes or may say was tightened since this release: publish a new one.' },
  unread: { 'zh-CN': '无法确认该工具是否仍可使用。', en: 'Whether the tool may still be used could not be read.' },
};

const MISSING = { 'zh-CN': '还没有', en: 'is missing' } as const;
const UNSAID = { 'zh-CN': '客户没有说过', en: 'was not said by the customer' } as const;
const UNFIT = { 'zh-CN': '含有不能使用的字符', en: 'holds characters that cannot be used' } as const;
const NOTHING = { 'zh-CN': '答复中没有可以说的字段：请检查字段路径。', en: 'The answer held none of the fields that may be said: check their paths.' } as const;

/** Inputs as they may be kept: addresses of the contact and what looks personal become stars. */
export function maskedInputs(tool: Pick<StoredTool, 'inputs'>, values: Readonly<Record<string, Value>>): Record<string, Value> {
  const facts = new Set(tool.inputs.filter(({ from }) => from === 'contact').map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, facts.has(name) || (typeof value === 'string' && personalIn(visible(value)).length > 0) ? '***' : value]));
}
