/** Puts a hub together on an open database: stores, connectors, bot, router, workers. main.ts and the tests start it; nothing here listens. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type mongoose from 'mongoose';
import type { Logger } from 'pino';
import type { Bot } from '../bots/bot.ts';
import type { Embedder } from '../bots/embeddings/embedder.ts';
import { chooseJudge } from '../bots/judge.ts';
import type { Judge } from '../bots/judge.ts';
import type { Writer } from '../bots/writer.ts';
import type { ChannelKind } from '../connectors/connector.ts';
import { startMentions } from './contacts/mentions.ts';
import { askBot } from './answers/ask-bot.ts';
import { openKnowledge } from './answers/knowledge.ts';
import { openConducts } from './bot-conduct/served.ts';
import { openLedger } from './bot-spend/ledger.ts';
import { openBotTools } from './bot-tools/tools.ts';
import { startCanary } from './channel-health/canary.ts';
import { startWatching } from './channel-health/watch.ts';
import { startCounting } from './bot-numbers/keep.ts';
import { startReporting } from './reports/keep.ts';
import { openCalendars } from './calendars/open-calendars.ts';
import { platformCalls } from './channels/calls.ts';
import { runningChannels } from './channels/running.ts';
import { startClosing } from './closing/close.ts';
import { silenceMs } from './closing/setting.ts';
import { startJudging } from './copilot/judge.ts';
import { deliver } from './conversations/deliver.ts';
import { fetchFiles } from './conversations/fetch-files.ts';
import { passOn } from './conversations/take-back.ts';
import { startEffects } from './conversations/effects.ts';
import { workingSet } from './conversations/heads.ts';
import { inboxFor } from './conversations/inbox.ts';
import { catchUp } from './conversations/repair.ts';
import { startTelling } from './conversations/tell-customer.ts';
import { startTimers } from './conversations/timers.ts';
import { openVectors } from './embeddings/vectors.ts';
import { hubEvents } from './events.ts';
import type { Hub } from './hub.ts';
import { followEdits } from './knowledge/follow-edits.ts';
import { mattersOfDocuments } from './knowledge/store.ts';
import { startReading } from './knowledge/work.ts';
import type { S3Place } from './attachments/s3.ts';
import { moodAfter } from './sentiment/rules/mood.ts';
import { startRereading } from './sentiment/reread.ts';
import type { ReadMoods } from './sentiment/schema.ts';
import { startFeeling } from './sentiment/watch.ts';
import { openStores } from './open-stores.ts';
import { openFeed, positionOf } from './store/feed.ts';
import type { Lease } from './store/lease.ts';
import { startAway } from './people/away.ts';
import { openHours } from './routing/hours.ts';
import { startRouting } from './routing/route-work.ts';
import { openRules } from './routing-rules/served.ts';
import { openSla } from './sla/policies.ts';
import { startArmed } from './time-lab/arm.ts';
import { startFollowing } from './training/follow.ts';
import { turns } from './turns.ts';
import { startKeeping } from './unanswered/keep.ts';

export type HubOptions = {
  db: mongoose.Connection;
  log: Logger;
  bot: Bot;
  /** Absent: one who only remembers. */
  judge?: Judge | undefined;
  writer?: Writer | undefined;
  /** Which messages the writer's model is asked about, how they feel. */
  readMoods?: ReadMoods;
  /** Tells what texts mean; absent: the bot searches by words alone. */
  embedder?: Embedder | undefined;
  kinds: readonly ChannelKind[];
  publicUrl: string;
  /** The hub's folder; connectors may keep sessions there. */
  dataDir?: string;
  /** 32 bytes that seal channel secrets. */
  secretKey: Uint8Array;
  /** Where the bytes of files go; absent: into MongoDB. */
  s3?: S3Place | undefined;
  /** Nobody else works on this database: what a crash left is taken up at once. */
  soleNode: boolean;
  /** Between two probes of a channel. */
  probeMs?: number;
  /** Hosts inside our network that documents may be read from; no others are. */
  privateHosts?: readonly string[];
  now?: () => Date;
};

const remembered = 100_000;
const dayMs = 86_400_000;
const catchUpMs = 10 * 60_000;

/** Opens the hub and starts its channels and workers. `stop` ends them in reverse. */
export async function openHub({ db, log, bot, judge = chooseJudge({}), writer, readMoods = 'off', embedder, kinds, publicUrl, dataDir, secretKey, s3, soleNode, probeMs = 60_000, privateHosts = [], now = () => new Date() }: HubOptions): Promise<{ hub: Hub; stop(): Promise<void> }> {
  const store = await openStores({ db, kinds, secretKey, s3 });
  const data = db.getClient().db(db.name);
  // Before anything is read: what is written from here on is told.
  const began = await positionOf(data);
  const stopping = new AbortController();
  const events = hubEvents(log);
  const spend = openLedger({ store, now, log });
  const vectors = embedder && openVectors({ embedder, store: store.embeddings, spend: spend.of('knowledge'), now, log });
  const running = runningChannels([...kinds], (channel, signal) => inboxFor(hub, channel, signal), publicUrl, log, dataDir);
  const calendars = await openCalendars(store.calendars);
  const sla = await openSla({ store, calendars, log });
  const hub: Hub = {
    store,
    heads: workingSet(store.conversations, log),
    known: { threads: new LRUCache({ max: remembered }), contacts: new LRUCache({ max: remembered }), earlyReceipts: new LRUCache({ max: 10_000, ttl: 60_000 }) },
    turns: turns(), channels: running, calls: platformCalls(), calendars, sla, hours: { closing: (queueId, channel) => hours.closing(queueId, channel), holds: head => hours.holds(head), botFirst: channel => hours.botFirst(channel) }, knowledge: await openKnowledge(store.answers, store.training.releases, vectors), conduct: openConducts(store), spend, bot, judge, writer, events, log, publicUrl, now, random: Math.random, stopping: stopping.signal,
    effects: { schedule: (entry, due) => effects.schedule(entry, due) },
    edits: { refresh: ids => edits.refresh(ids), caughtUp: () => edits.caughtUp() },
    closing: { silenceMs: channelId => silenceMs(hub, channelId) },
    botTools: openBotTools(() => hub, { privateHosts }),
    training: { look: () => following.look(), track: task => following.track(task) },
    canary: { of: id => canary.of(id) },
    moodAfter, slaAfter: sla.after, routeFor: line => rules.routeFor(line), routingRules: { refresh: () => rules.refresh() },
    place: id => routing.place(id), load: id => routing.load(id), routingPolicy: () => routing.policy(),
  };
  const edits = await followEdits(hub, events => openFeed(data, [{ collection: 'answers' }, { collection: 'documents', matters: mattersOfDocuments }], began, events));
  const reading = startReading(hub, { privateHosts });
  const caughtUp = await catchUp(hub, catchUpMs);
  if (caughtUp) log.info({ conversations: caughtUp }, 'heads brought up to their entries');
  const onLeader = ({ previousDescription, newDescription }: mongoose.mongo.ServerDescriptionChangedEvent) => {
    if (newDescription.type === 'RSPrimary' && previousDescription.type !== 'RSPrimary') hub.heads.doubt();
  };
  db.getClient().on('serverDescriptionChanged', onLeader);
  const effects = startEffects(hub, { 'ask-bot': askBot, deliver, fetch: fetchFiles, 'pass-on': passOn }, soleNode);
  const hours = await openHours(hub);
  const rules = await openRules(hub);
  const routing = startRouting(hub, db.collection<Lease>('leases'), randomUUID(), soleNode);
  const following = startFollowing(hub);
  const stopMentions = startMentions(hub);
  const unanswered = startKeeping(hub);
  const counting = startCounting(hub);
  const reporting = startReporting(hub);
  const stopFeeling = startFeeling(hub);
  const stopRereading = startRereading(hub, readMoods);
  const stopTelling = startTelling(hub);
  const stopJudging = startJudging(hub);
  const stopTimers = startTimers(hub);
  const stopClosing = startClosing(hub);
  const stopArmed = startArmed(hub);
  const stopAway = startAway(hub);
  const watching = startWatching(hub);
  const canary = startCanary(hub, db.collection<Lease>('leases'), randomUUID(), { everyMs: probeMs, soleNode });
  const tidying = setInterval(() => { void store.attachments.sweep(new Date(now().getTime() - dayMs)).catch(error => log.warn({ err: error }, 'cut uploads could not be removed')); }, dayMs);
  await Promise.all((await store.channels.list()).map(running.start));
  await effects.recover();

  return {
    hub,
    async stop() {
      clearInterval(tidying);
      stopTimers();
      stopArmed();
      await stopClosing();
      stopTelling();
      stopAway();
      stopMentions();
      stopFeeling();
      stopRereading();
      await unanswered.stop();
      await counting.stop();
      await reporting.stop();
      stopJudging();
      await watching.stop();
      await canary.stop();
      await reading.stop();
      await edits.stop();
      await effects.stop();
      await running.stop();
      hours.stop();
      rules.stop();
      sla.stop();
      await routing.stop();
      stopping.abort();
      await following.stop();
      await vectors?.stop();
      await hub.spend.stop();
      await hub.heads.stop();
      db.getClient().off('serverDescriptionChanged', onLeader);
    },
  };
}
