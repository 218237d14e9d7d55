import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import type { Vault } from '../store/vault.ts';
import type { Header, McpServer, McpServerInput, StoredTool, ToolCall, ToolDefinition } from './schema.ts';

type ToolDoc = Omit<StoredTool, 'id'> & { _id: string };
type ServerDoc = Omit<McpServer, 'id'> & { _id: string };
type CallDoc = Omit<ToolCall, 'id'> & { _id: string };

/** How long calls are kept, and which consents were used. */
const kept = 90 * 86_400;
const most = 200;
const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 11_000;

export type BotToolStore = Awaited<ReturnType<typeof botToolStore>>;

/** Tools, the MCP servers they may stand on, and the record of their use. Secret headers are sealed at rest and open in what is given out. */
export async function botToolStore(db: mongoose.Connection, vault: Vault) {
  const tools = db.collection<ToolDoc>('bot_tools');
  const servers = db.collection<ServerDoc>('bot_tool_servers');
  const calls = db.collection<CallDoc>('bot_tool_calls');
  const claims = db.collection<{ _id: string; at: Date; unused?: true }>('bot_tool_claims');
  await Promise.all([
    tools.createIndexes([{ name: 'name', key: { name: 1 }, unique: true }]),
    calls.createIndexes([{ name: 'of conversation', key: { conversationId: 1, at: 1 } }, { name: 'of tool', key: { toolId: 1, _id: -1 } }, { name: 'forgotten', key: { at: 1 }, expireAfterSeconds: kept }]),
    claims.createIndexes([{ name: 'forgotten', key: { at: 1 }, expireAfterSeconds: kept }]),
  ]);
  const place = (id: string, name: string) => `bot-tool/${id}/${name.toLowerCase()}`;
  const sealed = (id: string, headers: Header[]): Header[] => headers.map(each => (each.secret ? { ...each, value: vault.seal(each.value, place(id, each.name)) } : each));
  const opened = (id: string, headers: Header[]): Header[] => headers.map(each => (each.secret ? { ...each, value: vault.open(each.value, place(id, each.name)) } : each));
  const toDoc = <T extends ToolDefinition>(id: string, tool: T): T => (tool.run.kind === 'http' ? { ...tool, run: { ...tool.run, headers: sealed(id, tool.run.headers) } } : tool);
  const toTool = ({ _id, ...rest }: ToolDoc): StoredTool => ({ ...rest, example: rest.example ?? '', id: _id, run: rest.run.kind === 'http' ? { ...rest.run, headers: opened(_id, rest.run.headers) } : rest.run });
  const toServer = ({ _id, ...rest }: ServerDoc): McpServer => ({ ...rest, id: _id, headers: opened(_id, rest.headers) });

  return {
    list: async (): Promise<StoredTool[]> => (await tools.find().sort({ name: 1 }).limit(most).toArray()).map(toTool),
    async get(id: string): Promise<StoredTool | null> {
      const found = await tools.findOne({ _id: id });
      return found && toTool(found);
    },
    /** Null when the name is taken. */
    async create(tool: ToolDefinition, now: Date, approved?: string): Promise<StoredTool | null> {
      const id = newId();
      const doc: ToolDoc = { ...toDoc(id, tool), _id: id, createdAt: now, updatedAt: now, ...(approved === undefined ? {} : { approved }) };
      try {
        await tools.insertOne(doc);
        return toTool(doc);
      } catch (error) {
        if (isTaken(error)) return null;
        throw error;
      }
    },
    /** 'taken' when another tool has the name; null when there is no such tool. */
    async change(id: string, tool: ToolDefinition, now: Date): Promise<StoredTool | 'taken' | null> {
      try {
        const doc = await tools.findOneAndUpdate({ _id: id }, { $set: { ...toDoc(id, tool), updatedAt: now }, ...(tool.owner ? {} : { $unset: { owner: '' } }) }, { returnDocument: 'after' });
        return doc && toTool(doc);
      } catch (error) {
        if (isTaken(error)) return 'taken';
        throw error;
      }
    },
    remove: async (id: string): Promise<boolean> => (await tools.deleteOne({ _id: id })).deletedCount === 1,
    async suspend(id: string, suspended: NonNullable<StoredTool['suspended']>): Promise<void> {
      await tools.updateOne({ _id: id }, { $set: { suspended } });
    },
    /** What the server says now is what was approved. */
    async approve(id: string, { run, inputs }: Pick<StoredTool, 'run' | 'inputs'>, approved: string, now: Date): Promise<StoredTool | null> {
      const doc = await tools.findOneAndUpdate({ _id: id }, { $set: { run, inputs, approved, updatedAt: now }, $unset: { suspended: '' } }, { returnDocument: 'after' });
      return doc && toTool(doc);
    },

    servers: async (): Promise<McpServer[]> => (await servers.find().sort({ name: 1 }).limit(most).toArray()).map(toServer),
    async server(id: string): Promise<McpServer | null> {
      const found = await servers.findOne({ _id: id });
      return found && toServer(found);
    },
    async addServer(input: McpServerInput): Promise<McpServer> {
      const id = newId();
      const doc: ServerDoc = { ...input, headers: sealed(id, input.headers), _id: id, offered: [] };
      await servers.insertOne(doc);
      return toServer(doc);
    },
    async changeServer(id: string, input: McpServerInput): Promise<McpServer | null> {
      const doc = await servers.findOneAndUpdate({ _id: id }, { $set: { ...input, headers: sealed(id, input.headers) } }, { returnDocument: 'after' });
      return doc && toServer(doc);
    },
    async seen(id: string, found: { offered: McpServer['offered']; seenAt: Date } | { trouble: NonNullable<McpServer['trouble']> }): Promise<void> {
      await servers.updateOne({ _id: id }, { $set: found, ...('offered' in found ? { $unset: { trouble: '' } } : {}) });
    },
    removeServer: async (id: string): Promise<boolean> => (await servers.deleteOne({ _id: id })).deletedCount === 1,

    async record(call: Omit<ToolCall, 'id'>): Promise<void> {
      await calls.insertOne({ ...call, _id: newId() });
    },
    recent: (conversationId: string, since: Date): Promise<number> => calls.countDocuments({ conversationId, at: { $gte: since } }, { limit: 100 }),
    /** Newest first. */
    async calls({ toolId, before, limit }: { toolId?: string | undefined; before?: string | undefined; limit: number }): Promise<ToolCall[]> {
      const found = await calls.find({ ...(toolId ? { toolId } : {}), ...(before ? { _id: { $lt: before } } : {}) }).sort({ _id: -1 }).limit(limit).toArray();
      return found.map(({ _id, ...rest }) => ({ ...rest, id: _id }));
    },
    /** Whether the yes was used. */
    claimed: async (key: string): Promise<boolean> => (await claims.findOne({ _id: key, unused: { $exists: false } })) !== null,
    /** Nobody can use this yes any more; false when somebody did. */
    async withdraw(key: string, at: Date): Promise<boolean> {
      try {
        await claims.insertOne({ _id: key, at, unused: true });
        return true;
      } catch (error) {
        if (isTaken(error)) return (await claims.findOne({ _id: key }))?.unused === true;
        throw error;
      }
    },
    /** False when it was taken before, by whichever node. */
    async claim(key: string, at: Date): Promise<boolean> {
      try {
        await claims.insertOne({ _id: key, at });
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    },
  };
}
