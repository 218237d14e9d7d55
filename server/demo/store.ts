/**
 * Which documents belong to the demo. The collection `demo` lists the roots by collection and id; what hangs on a root
 * (entries, identities, sessions, drafts ...) is found through it. One document, 'state', says how far the demo is.
 */
import mongoose from 'mongoose';
import { apply } from '../conversations/rules/apply.ts';
import { blank, fold, foldOne } from '../conversations/rules/fold.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Guest } from './schema.ts';
import { newId } from '../store/id.ts';

/**
 * Collections whose documents are tagged; 'visitors' is an address `kind:channel|value` that will write or has written; 'simulated' is a
 * channel on a simulated platform: whoever writes there is of the demo.
 */
export type Tagged = 'heads' | 'contacts' | 'people' | 'queues' | 'channels' | 'answers' | 'canned_replies' | 'labels' | 'attachments' | 'visitors' | 'simulated';
/** 'ending': whoever plays the demo must stop; then everything goes. */
export type Phase = 'off' | 'seeding' | 'on' | 'ending';

type Doc = { _id: string; of?: Tagged; id?: string; phase?: Phase; seenAt?: Date };
type AnyDoc = { _id: string; [field: string]: unknown };
const state = 'state';
const mostVisitors = 300;
/** Somebody who wrote, and the conversation it was. */
export type Visitor = Guest & { conversationId: string };

export type DemoStore = ReturnType<typeof demoStore>;

/** The demo's tags, and their removal. */
export function demoStore(db: mongoose.Connection) {
  const tags = db.collection<Doc>('demo');
  const of = (name: string) => db.collection<AnyDoc>(name);
  const tagged = async (what: Tagged): Promise<string[]> => (await tags.find({ of: what }).toArray()).flatMap(doc => doc.id ?? []);

  /** The conversations that were seeded, and those the scripted customers began. */
  async function conversations(): Promise<string[]> {
    const threads = (await tagged('visitors')).map(address => address.slice(address.indexOf(':') + 1).replace('|', ':'));
    const begun = threads.length ? await of('heads').find({ threadKeys: { $in: threads } }, { projection: { _id: 1 } }).toArray() : [];
    const channels = new Set(await tagged('channels'));
    const played = await db.collection<Pick<Head, 'threads'> & { _id: string }>('heads').find({ 'thread.channelId': { $in: await tagged('simulated') } }, { projection: { threads: 1 } }).toArray();
    // A matter that came to a channel of the demo and to one beside it is real.
    const ours = played.filter(({ threads }) => threads.every(({ channelId }) => channels.has(channelId)));
    return [...new Set([...await tagged('heads'), ...begun.map(doc => doc._id), ...ours.map(doc => doc._id)])];
  }

  async function contacts(): Promise<string[]> {
    const addresses = (await tagged('visitors')).map(address => ({ kind: address.slice(0, address.indexOf('|')), value: address.slice(address.indexOf('|') + 1) }));
    const met = addresses.length ? await of('identities').find({ $or: addresses }, { projection: { contactId: 1 } }).toArray() : [];
    const played = await of('identities').find({ channelId: { $in: await tagged('simulated') } }, { projection: { contactId: 1 } }).toArray();
    return [...new Set([...await tagged('contacts'), ...met.map(doc => String(doc['contactId'])), ...played.map(doc => String(doc['contactId']))])];
  }

  /** Files that were tagged or came with the demo's conversations, and are in no other one. */
  async function files(demo: string[]): Promise<string[]> {
    const inside = await of('entries').distinct('content.attachments.id', { conversationId: { $in: demo } });
    const candidates = [...new Set([...await tagged('attachments'), ...inside.map(String)])];
    const outside = new Set((await of('entries').distinct('content.attachments.id', { conversationId: { $nin: demo }, 'content.attachments.id': { $in: candidates } })).map(String));
    return candidates.filter(id => !outside.has(id));
  }

  /** A real conversation that somebody of the demo holds goes back in line: nobody would see it there. */
  async function release(demo: string[], people: string[]): Promise<number> {
    const held = await of('heads').find({ _id: { $nin: demo }, assigneeId: { $in: people }, handler: 'agent', status: { $ne: 'resolved' } }, { projection: { _id: 1 } }).toArray();
    for (const { _id: conversationId } of held) {
      const entries = await db.collection<Omit<Entry, 'id'> & { _id: string }>('entries').find({ conversationId }).sort({ seq: 1 }).toArray();
      const head: Head = fold(blank(conversationId), entries);
      const at = new Date();
      const entry: Entry = { id: newId(), conversationId, seq: head.seq + 1, at, ...apply(head, { kind: 'queued', actor: { kind: 'system', id: 'demo-off' }, queueId: head.queueId }, at) };
      const { id: _id, ...rest } = entry;
      await of('entries').insertOne({ _id, ...rest }, { writeConcern: { w: 'majority', j: true } });
      const { id: _same, ...changed } = foldOne(head, entry);
      await of('heads').updateOne({ _id: conversationId, seq: { $lt: entry.seq } }, { $set: changed });
    }
    return held.length;
  }

  return {
    phase: async (): Promise<Phase> => (await tags.findOne({ _id: state }))?.phase ?? 'off',
    setPhase: async (phase: Phase): Promise<void> => { await tags.updateOne({ _id: state }, { $set: { phase } }, { upsert: true, writeConcern: { w: 'majority', j: true } }); },
    tagged,
    conversations,

    /** Who has written on a channel, newest first, as its platform would know them. */
    async visitors(channelId: string): Promise<Visitor[]> {
      const heads = await db.collection<Pick<Head, 'contactId' | 'thread' | 'lastMessageAt'> & { _id: string }>('heads').find({ 'thread.channelId': channelId }, { projection: { contactId: 1, thread: 1, lastMessageAt: 1 } }).sort({ lastMessageAt: -1 }).limit(mostVisitors).toArray();
      const ids = heads.map(head => head.contactId);
      const names = new Map((await db.collection<{ _id: string; name: string }>('contacts').find({ _id: { $in: ids } }).toArray()).map(doc => [doc._id, doc.name]));
      const claims = await db.collection<{ contactId: string; kind: string; value: string }>('claims').find({ contactId: { $in: ids }, kind: { $in: ['phone', 'unionid'] } }).toArray();
      const claimed = (contactId: string, kind: string) => claims.find(claim => claim.contactId === contactId && claim.kind === kind)?.value;
      return heads.map(({ _id, contactId, thread, lastMessageAt }): Visitor => {
        const [phone, unionid] = [claimed(contactId, 'phone'), claimed(contactId, 'unionid')];
        const address = thread.address ?? thread.key;
        return { conversationId: _id, address, name: names.get(contactId) ?? address, heardAt: lastMessageAt.getTime(), ...(phone ? { phone: `+${phone}` } : {}), ...(unionid ? { unionid } : {}) };
      });
    },

    /** A server that plays the demo says so every few seconds, until it has let go. */
    async playing(player: string): Promise<void> { await tags.updateOne({ _id: `player/${player}` }, { $set: { seenAt: new Date() } }, { upsert: true, writeConcern: { w: 'majority', j: true } }); },
    async letGo(player: string): Promise<void> { await tags.deleteOne({ _id: `player/${player}` }); },
    players: (since: Date): Promise<number> => tags.countDocuments({ seenAt: { $gt: since } }),

    /** Says that these belong to the demo; best before they are written. */
    async tag(what: Tagged, ids: string[]): Promise<void> {
      if (!ids.length) return;
      await tags.bulkWrite(ids.map(id => ({ updateOne: { filter: { _id: `${what}/${id}` }, update: { $setOnInsert: { of: what, id } }, upsert: true } })), { ordered: false, writeConcern: { w: 'majority', j: true } });
    },

    /** Removes what is tagged and what hangs on it, the tags last: cut short, it can be run again. Returns how many of what. */
    async clear(): Promise<Record<string, number>> {
      const demo = await conversations();
      const [met, people, channels, stored] = [await contacts(), await tagged('people'), await tagged('channels'), await files(demo)];
      const removed: Record<string, number> = {};
      const remove = async (name: string, filter: Record<string, unknown>) => {
        removed[name] = (removed[name] ?? 0) + (await of(name).deleteMany(filter, { writeConcern: { w: 'majority', j: true } })).deletedCount;
      };
      await release(demo, people);
      for (const name of ['entries', 'heads'] as const) await remove(name, name === 'entries' ? { conversationId: { $in: demo } } : { _id: { $in: demo } });
      for (const name of ['copilot_suggestions', 'copilot_acts'] as const) await remove(name, { conversationId: { $in: demo } });
      await remove('regression_cases', { 'origin.conversationId': { $in: demo } });
      await remove('bot_episodes', { conversationId: { $in: demo } });
      // The days that others share are added up again.
      const days = await db.collection('bot_episodes').aggregate<{ _id: string }>([{ $group: { _id: { $dateToString: { date: '$startedAt', format: '%Y-%m-%d' } } } }]).toArray();
      await remove('bot_days', { _id: { $nin: days.map(({ _id }) => _id) } });
      await db.collection<{ _id: string; rev: number }>('bot_days').updateMany({}, { $inc: { rev: 1 } });
      // Before and after: who adds up in between notices.
      await db.collection('report_slots').updateMany({}, { $inc: { rev: 1 } });
      await remove('report_episodes', { conversationId: { $in: demo } });
      const slots = await db.collection('report_episodes').distinct('slots');
      await db.collection('report_slots').deleteMany({ _id: { $nin: slots } });
      await db.collection('report_slots').updateMany({}, { $inc: { rev: 1 } });
      const clusters = await of('unanswered').distinct('cluster', { conversationId: { $in: demo } });
      await remove('unanswered', { conversationId: { $in: demo } });
      await remove('regression_cases', { 'origin.clusterId': { $in: clusters.map(String) } });
      await db.collection<{ _id: string; sources: { conversationId: string }[] }>('reply_suggestions').updateMany({}, { $pull: { sources: { conversationId: { $in: demo } } } });
      await remove('reply_suggestions', { sources: { $size: 0 } });
      const asked = await of('unanswered').distinct('cluster', { cluster: { $in: clusters } });
      await remove('unanswered_verdicts', { _id: { $in: clusters.map(String), $nin: asked.map(String) } });
      // A contact of the demo who wrote on a real channel, or was given to a real matter, is real by now.
      const real = new Set((await of('heads').distinct('contactId', { contactId: { $in: met } })).map(String));
      const gone = met.filter(id => !real.has(id));
      await remove('identities', { contactId: { $in: gone } });
      await remove('contacts', { _id: { $in: gone } });
      for (const name of ['claims', 'consents', 'contact_codes'] as const) await remove(name, { contactId: { $in: gone } });
      await remove('merges', { $or: [{ from: { $in: gone } }, { into: { $in: gone } }] });
      await remove('aparts', { $or: [{ a: { $in: gone } }, { b: { $in: gone } }] });
      for (const name of ['channel_hours', 'quarantine'] as const) await remove(name, { channelId: { $in: channels } });
      await remove('channel_canaries', { _id: { $in: channels } });
      await remove('send_rates', { _id: { $in: channels.map(id => new RegExp(`^${id}(/|$)`)) } });
      const objects = stored.map(id => new mongoose.mongo.ObjectId(id));
      removed['attachments'] = (await db.collection('attachments.files').deleteMany({ _id: { $in: objects } })).deletedCount;
      await db.collection('attachments.chunks').deleteMany({ files_id: { $in: objects } });
      await remove('drafts', { $or: [{ _id: { $in: demo.map(id => new RegExp(`/${id}$`)) } }, { _id: { $in: people.map(id => new RegExp(`^${id}/`)) } }] });
      for (const name of ['sessions', 'agent_states', 'break_requests']) await remove(name, { personId: { $in: people } });
      await remove('connector_memory', { _id: { $in: channels.map(id => new RegExp(`^${id}/`)) } });
      for (const what of ['people', 'queues', 'channels', 'answers', 'canned_replies', 'labels'] as const) await remove(what, { _id: { $in: await tagged(what) } });
      await tags.deleteMany({});
      return removed;
    },
  };
}
