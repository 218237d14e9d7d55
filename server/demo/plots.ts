/** How conversations of the demo go: a few stories, told with many words. */
import type { Cast } from './cast.ts';
import { answers, autoReply, botSays, does, handsOver, labels, leaves, notes, says, snoozes, taken } from './cast.ts';
import type { Step } from './record.ts';

/** How a conversation stands today. */
export type Ending =
  | 'bot' | 'queue' | 'assigned' | 'waits-for-us' | 'reopened' | 'pending' | 'snoozed'
  | 'automatic' | 'resolved-by-bot' | 'resolved';

/** The steps of one conversation that ends so. */
export function plot(cast: Cast, ending: Ending): Step[] {
  switch (ending) {
    case 'automatic': return [autoReply(cast)];
    case 'bot': return withBot(cast);
    case 'resolved-by-bot': return [...withBot(cast), ...goodbyeToBot(cast)];
    case 'queue': return [...toPeople(cast), ...(cast.chance.happens(0.5) ? [says(cast, gap(cast, 60, 400), cast.chance.pick(cast.words.waiting))] : [])];
    case 'assigned': return [...toPeople(cast), ...taken(cast), ...talk(cast, 'ours')];
    case 'waits-for-us': return [...toPeople(cast), ...taken(cast), ...talk(cast, 'theirs')];
    case 'pending': return [...toPeople(cast), ...taken(cast), ...talk(cast, 'ours'), does(cast, 20, 'pending')];
    case 'snoozed': return [...toPeople(cast), ...taken(cast), ...talk(cast, 'ours'), snoozes(cast, 30)];
    case 'resolved': return toTheEnd(cast);
    case 'reopened': return [...toTheEnd({ ...cast, agentId: cast.otherId, otherId: cast.agentId }), ...again(cast), ...taken(cast), ...talk(cast, 'ours')];
  }
}

const chatty = (cast: Cast) => cast.kind !== 'email';
/** Mail takes hours where chat takes minutes. */
const gap = (cast: Cast, low: number, high: number) => cast.chance.between(low, high) * (chatty(cast) ? 1 : 40);

function opening(cast: Cast): Step[] {
  const { chance, words } = cast;
  const ask = chance.pick(cast.asks);
  if (chatty(cast)) return chance.happens(0.3) ? [says(cast, 0, chance.pick(words.hello)), says(cast, chance.between(4, 15), ask)] : [says(cast, 0, ask)];
  const end = cast.locale === 'en' ? `Kind regards\n${cast.contact.name}` : `${cast.contact.name}`;
  return [says(cast, 0, `${chance.pick(words.dear)}${cast.locale === 'en' ? ',' : '，'}\n\n${ask.slice(0, 1).toUpperCase()}${ask.slice(1)}\n${chance.pick(words.letter)}\n\n${end}`)];
}

/** The bot answers; now and then it asks back first. */
function withBot(cast: Cast): Step[] {
  const { chance, words, answers: known } = cast;
  const [first, second] = known;
  if (!first) return opening(cast);
  const answer = botSays(cast, first.answer, [first], Math.round((0.78 + 0.21 * chance.next()) * 100) / 100);
  if (!second || chance.happens(0.85)) return [...opening(cast), answer];
  return [...opening(cast), botSays(cast, words.askBack, [], 0.52, [first.question, second.question]), says(cast, chance.between(5, 25), first.question), answer];
}

function goodbyeToBot(cast: Cast): Step[] {
  const { chance, words, answers: known } = cast;
  const more = known[1];
  return [
    ...(more && chance.happens(0.25) ? [says(cast, chance.between(20, 90), more.question), botSays(cast, more.answer, [more], 0.99)] : []),
    ...(chance.happens(0.8) ? [says(cast, chance.between(8, 60), chance.pick(words.thanks)), botSays(cast, words.welcome, [], 1)] : []),
    // A messenger has no end of a visit: somebody of ours closes the matter.
    ...(cast.kind === 'webchat' || cast.kind === 'api' ? [leaves(cast, chance.between(5, 240))] : [does(cast, chance.between(600, 7_200), 'resolved')]),
  ];
}

/** Until somebody of ours is asked for. On mail no bot stands in front. */
function toPeople(cast: Cast): Step[] {
  const { chance, topic, words } = cast;
  if (!cast.policy.bot) return opening(cast);
  const zh = cast.locale !== 'en';
  if (topic.policy) {
    const said = chance.pick(topic.asks);
    return [says(cast, 0, said), ...handsOver(cast, 'policy', zh ? `客户说：“${said}”。涉及投诉、法律或钱款纠纷，由人工处理。` : `The customer said: "${said}". A complaint, legal or money dispute: for people to decide.`, [])];
  }
  const asked = chance.happens(0.55);
  const doubt = cast.fill(chance.pick(topic.doubts));
  const proof = topic.file && chance.happens(0.6) ? cast.file(topic.file.kind) : undefined;
  const summary = zh
    ? `客户说：“${doubt}”。${asked ? '客户要求人工服务。' : '机器人没有把握的答案。'}已给过答案，客户仍在问。`
    : `The customer said: "${doubt}". ${asked ? 'They asked for a person.' : 'The bot has no answer it can stand by.'} Answered once, and they still ask.`;
  return [
    ...withBot(cast), says(cast, chance.between(15, 90), doubt),
    ...(proof && topic.file ? [says(cast, chance.between(5, 30), topic.file.text, [proof])] : []),
    ...(asked ? [says(cast, chance.between(3, 20), chance.pick(words.wantsPerson))] : []),
    ...handsOver(cast, asked ? 'asked' : 'low-confidence', summary, cast.answers.slice(0, 2)),
  ];
}

/** Ours and the customer's words in turns, to the end, or until somebody's turn. */
function talk(cast: Cast, upTo?: 'ours' | 'theirs'): Step[] {
  const { chance, topic } = cast;
  const lines = chance.pick(topic.talks);
  const most = upTo === undefined ? lines.length : upTo === 'ours' ? 1 + 2 * chance.between(0, Math.floor((lines.length - 1) / 2)) : Math.min(lines.length, 2 * chance.between(1, Math.max(1, Math.floor(lines.length / 2))));
  const steps: Step[] = [];
  for (const [index, line] of lines.slice(0, most).entries()) {
    if (index % 2 === 1) { steps.push(says(cast, gap(cast, 15, 120), line)); continue; }
    if (index > 0) steps.push(does(cast, gap(cast, 2, 20), 'read'));
    steps.push(answers(cast, gap(cast, 12, 80), line));
    if (index > 0) continue;
    if (topic.notes.length && chance.happens(0.55)) steps.push(notes(cast, chance.between(10, 40), chance.pick(topic.notes)));
    if (chance.happens(0.7)) steps.push(labels(cast, chance.between(3, 20), [topic.label, ...(chance.happens(0.1) ? ['VIP'] : []), ...(chance.happens(0.1) ? ['回访'] : [])]));
  }
  return steps;
}

function toTheEnd(cast: Cast): Step[] {
  const { chance, words } = cast;
  return [
    ...toPeople(cast), ...taken(cast), ...talk(cast),
    ...(chance.happens(0.8) ? [says(cast, gap(cast, 10, 90), chance.pick(words.thanks)), answers(cast, gap(cast, 5, 40), chance.pick(words.closing))] : []),
    does(cast, chance.between(5, 90), 'resolved'),
  ];
}

/** The matter comes back within the days in which it reopens. */
function again(cast: Cast): Step[] {
  const { chance, words } = cast;
  const said = chance.pick(words.again);
  const back = says(cast, chance.between(6, 40) * 3600, said);
  if (!cast.policy.bot) return [back];
  return [back, ...handsOver(cast, 'low-confidence', cast.locale === 'en' ? `The customer said: "${said}". Nothing close in the knowledge.` : `客户说：“${said}”。知识库里没有相近的内容。`, [])];
}
