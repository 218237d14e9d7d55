/** Tools in a trial: the same rules, and nothing is called. What a system would answer is played. */
import type { Tools, Turn } from '../../bots/bot.ts';
import { normalAddress } from '../contacts/rules/address.ts';
import { actionsOf } from './actions.ts';
import { chooserOf } from './choose.ts';
import type { Spoken } from './consent.ts';
import type { Answered } from './request.ts';
import type { Identity, PinnedTool, RecordedResult, StoredTool, ToolCall, TriedUse } from './schema.ts';
import { ToolTrouble } from './trouble.ts';
import { GUARDS, type Asker, type Known, type World } from './use.ts';

/** How tools are tried. */
export type Trying = {
  /** Whose tools; null: what people edit. */
  release: number | null;
  /** As the release keeps them, whatever became of them since: the same release gets the same verdict. */
  pinned?: boolean;
  /** How sure we are of who asks; absent: as sure as any tool wants. */
  identity?: Identity | undefined;
  /** Proven addresses of the customer, by kind. */
  facts?: Readonly<Record<string, string>> | undefined;
  results?: readonly RecordedResult[] | undefined;
  /** Tools that only look something up are really called, in the name of this person. A tool that changes something never is. */
  real?: ToolCall['by'] | undefined;
};
/** `uses` grows while the bot answers. */
export type TriedTools = { tools: Pick<Tools, 'actions' | 'wanted'>; uses: TriedUse[] };

const shown = 4_000;

/** A tool of a release as it is played: its secrets are nobody's. */
export const asStored = (tool: PinnedTool): StoredTool => ({ ...tool, on: true, createdAt: new Date(0), updatedAt: new Date(0) });

/** What was said, as a conversation would hold it. */
const spoken = (turns: readonly Turn[]): Spoken[] => turns.map(({ from, text, tool }, at) => ({ id: `trial-${at}`, kind: 'message', actor: { kind: from, id: from }, content: { text }, ...(tool ? { receipt: { tool } } : {}) }));

function knownOf(tools: readonly StoredTool[], { identity = 'verified', facts = {}, real }: Trying): Known[] {
  if (identity === 'anyone') return [];
  const evidence = identity === 'verified' ? 'otp' : 'attested';
  const given = Object.entries(facts).map(([kind, value]): Known => ({ kind, value: normalAddress(kind, value) ?? value, evidence }));
  // Where nothing is called any address will do.
  const wanted = real ? [] : [...new Set(tools.flatMap(({ inputs, owner }) => [...inputs.flatMap(({ fact }) => fact ?? []), ...(owner ? [owner.fact] : [])]))];
  return [...given, ...wanted.filter(kind => facts[kind] === undefined).map((kind): Known => ({ kind, value: 'customer@example.com', evidence })), { kind: 'trial', value: 'trial', evidence }];
}

/** Binds tools to what was said in a trial. */
export function triedTools(turns: readonly Turn[], trying: Trying, tools: readonly StoredTool[], world: World): TriedTools {
  const uses: TriedUse[] = [];
  const left = [...trying.results ?? []];
  const asker: Asker = { conversationId: null, by: trying.real ?? { kind: 'bot', id: 'trial' }, known: knownOf(tools, trying), episode: spoken(turns) };
  const isReal = ({ effect }: Pick<StoredTool, 'effect'>): boolean => trying.real !== undefined && effect === 'read';

  /** The next record of a tool; the last one stays. */
  function recordOf(name: string): string | undefined {
    const at = left.findIndex(({ tool }) => tool === name);
    const more = left.findIndex(({ tool }, index) => tool === name && index > at);
    const found = left[at]?.result;
    if (more >= 0) left.splice(at, 1);
    return found;
  }

  /** The world of one use. */
  function worldOf(tool: StoredTool): World {
    const facts: Partial<TriedUse> = {};
    return {
      // What is played is leave enough; what is really called needs today's.
      current: async offered => (isReal(offered) ? world.current(offered) : offered),
      async send(used, values, key, stopping): Promise<Answered> {
        facts.inputs = values;
        if (isReal(used)) {
          facts.from = 'real';
          const answered = await world.send(used, values, key, stopping);
          facts.result = JSON.stringify(answered.json)?.slice(0, shown) ?? '';
          return answered;
        }
        const record = recordOf(used.name);
        const text = record ?? used.example;
        if (text === '') {
          facts.from = 'none';
          throw new ToolTrouble('没有示例结果可用：请在工具或用例中填写。', 'There is no example result to play: write one in the tool or the case.', { sent: false });
        }
        Object.assign(facts, { from: record === undefined ? 'example' : 'record', result: text.slice(0, shown) });
        const json: unknown = JSON.parse(text);
        return { status: json === null ? 404 : 200, json };
      },
      async record(call) {
        const { outcome, detail, ms, inputs } = call;
        uses.push({ tool: tool.name, title: tool.title, effect: tool.effect, inputs, outcome, ...(detail === undefined ? {} : { detail }), ms, ...facts });
        if (facts.from === 'real') await world.record(call);
      },
      claim: async () => true, claimed: async () => false, withdraw: async () => true, recent: async () => 0, now: world.now,
    };
  }
  // What is played was written for whoever asks.
  const guardsOf = (tool: StoredTool) => (isReal(tool) ? GUARDS : { ...GUARDS, belongs: () => true });
  return { uses, tools: tools.length === 0 ? {} : { actions: tools.flatMap(tool => actionsOf([tool], asker, () => worldOf(tool), guardsOf(tool))), wanted: chooserOf(tools) } };
}
