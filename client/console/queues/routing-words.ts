/** Queues, stages and the policy in sentences: message keys and their values. The server's rules decide; this only tells what they do. */
import type { Exclusion, RoutingPolicy, Term } from '../../../server/routing/schema.ts';
import type { Skill } from '../wire.ts';

export type Sentence = { key: string; values: Record<string, string | number> };
/** Stages as the form and the server have them. */
export type StageLike = { afterSeconds: number; requires?: Skill[]; preferred?: boolean; overflowQueueId?: string; skipIfNone?: boolean };
export type QueueLike = { requires: Skill[]; strategy?: string; pull?: string; stages?: StageLike[] | null };
type Look = { queue: (id: string) => string; skills: (list: Skill[]) => string; duration: (seconds: number) => string };

const say = (key: string, values: Sentence['values'] = {}): Sentence => ({ key: `routing.say.${key}`, values });

/** What a queue does, from the moment somebody waits; `inherited` are the policy's stages. */
export function queueSentences(queue: QueueLike, inherited: StageLike[], look: Look): Sentence[] {
  const stages = queue.stages ?? inherited;
  const first = queue.requires.length > 0 ? say('asks', { skills: look.skills(queue.requires) }) : say('asksNothing');
  const order = queue.pull === 'only' ? say('pullOnly') : say(`strategy.${queue.strategy ?? 'longest-idle'}`);
  const pull = queue.pull === 'off' ? [say('pullOff')] : queue.pull === 'allowed' ? [say('pullAllowed')] : [];
  return [first, order, ...stages.flatMap((stage) => stageSentences(stage, look)), ...pull];
}

/** One stage: when it opens, and what is different from then on. */
export function stageSentences(stage: StageLike, look: Look): Sentence[] {
  const at = look.duration(stage.afterSeconds);
  const when = stage.afterSeconds === 0 ? 'now' : 'later';
  const said: Sentence[] = [];
  if (stage.overflowQueueId !== undefined) said.push(say(`overflow.${when}`, { at, queue: look.queue(stage.overflowQueueId) }));
  else {
    if (stage.preferred) said.push(say(`preferred.${when}`, { at }));
    if (stage.requires) said.push(stage.requires.length > 0 ? say(`relaxed.${when}`, { at, skills: look.skills(stage.requires) }) : say(`anybody.${when}`, { at }));
    if (said.length === 0) said.push(say(`everyone.${when}`, { at }));
  }
  if (stage.skipIfNone) said.push(say('skip'));
  return said;
}

/** How conversations are weighed, in the order of the formula; what counts nothing is not said. */
export function policySentences(policy: Omit<RoutingPolicy, 'version'>, duration: Look['duration']): Sentence[] {
  const { pointsPerPriority, agePointsPerMinute, slaPointsPerMinute, slackMinutesWithoutSla, vipSteps, valuePoints, moodPoints, requeuePoints, preferredDays, returnSeconds, voiceFirst } = policy;
  const perMinute = agePointsPerMinute + slaPointsPerMinute;
  return [
    say('score'),
    ...(pointsPerPriority > 0 ? [say('priority', { n: pointsPerPriority })] : []),
    ...(perMinute > 0 ? [say('minute', { n: perMinute })] : [say('noAge')]),
    ...(pointsPerPriority > 0 && perMinute > 0 ? [say('worth', { time: duration(Math.round((pointsPerPriority / perMinute) * 60)) })] : []),
    ...(slaPointsPerMinute > 0 ? [say('sla', { n: slaPointsPerMinute, time: duration(slackMinutesWithoutSla * 60) })] : []),
    ...(vipSteps > 0 ? [say('vip', { n: vipSteps })] : []),
    ...(valuePoints > 0 ? [say('value', { n: valuePoints })] : []),
    ...(moodPoints > 0 ? [say('mood', { n: moodPoints })] : []),
    ...(requeuePoints > 0 ? [say('requeued', { n: requeuePoints })] : []),
    preferredDays > 0 ? say('knows', { n: preferredDays }) : say('owner'),
    returnSeconds > 0 ? say('returns', { time: duration(returnSeconds) }) : say('returnsNot'),
    ...(voiceFirst ? [say('voiceFirst', { time: duration(voiceFirst.afterSeconds), n: voiceFirst.units })] : []),
  ];
}

/** Why an agent was left out. `t` words the codes inside: states and kinds of channels. */
export function exclusionWords(because: Exclusion, look: { state: (state: string) => string; kind: (kind: string) => string; media: (media: string) => string; person: (id: string) => string }): Sentence {
  const key = (code: string, values: Sentence['values'] = {}): Sentence => ({ key: `routing.because.${code}`, values });
  switch (because.code) {
    case 'skill': return because.has === 0 ? key('skillMissing', { skill: because.skill }) : key('skill', { skill: because.skill, has: because.has, needs: because.needs });
    case 'state': return key('state', { state: look.state(because.state) });
    case 'off-channel': return key('offChannel', { kind: look.kind(because.channelKind) });
    case 'capacity': return key('capacity', { load: because.load, capacity: because.capacity });
    case 'channel-cap': return key('channelCap', { kind: look.kind(because.channelKind), load: because.load, cap: because.cap });
    case 'interrupt': return key('interrupt', { busyWith: look.media(because.busyWith), media: look.media(because.media) });
    case 'voice-first': return key('voiceFirst', { units: because.units });
    case 'declined': return key('declined', { n: because.seconds });
    case 'not-preferred': return key('notPreferred', { who: look.person(because.agentId) });
    default: return key(because.code === 'unknown' ? 'unknown' : 'notMember');
  }
}

/** One term of a score. */
export function termWords(term: Term): Sentence {
  const values: Sentence['values'] = {};
  for (const [name, value] of Object.entries(term)) if (typeof value === 'number' || typeof value === 'string') values[name] = value;
  const code = term.code === 'sla' ? (term.assumed ? 'slaAssumed' : term.minutes > 0 ? 'slaPast' : 'slaLeft') : term.code;
  if (term.code === 'sla') values['minutes'] = Math.abs(term.minutes);
  return { key: `routing.term.${code}`, values };
}
