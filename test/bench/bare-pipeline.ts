/**
 * The limit that `ingest` is held against: design F of the performance notes. node:http in front, one group-committed insert
 * (majority, journalled, three indexes), heads in memory written behind, one Socket.IO emit. No product around it.
 * A process of its own: node bare-pipeline.ts <mongodb uri> <port>
 */
import http from 'node:http';
import mongoose from 'mongoose';
import { Server } from 'socket.io';

const conversations = 5000;
const [, , uri = '', port = '0'] = process.argv;
const client = await mongoose.mongo.MongoClient.connect(uri, { maxPoolSize: 50, minPoolSize: 4 });
const db = client.db();
type Message = { _id: string; c: string; s: number; from: string; text: string; x: string; at: Date };
const messages = db.collection<Message>('messages');
const heads = db.collection<{ _id: string; seq: number; at: Date; text: string }>('heads');
await messages.createIndexes([{ key: { c: 1, s: 1 }, unique: true }, { key: { c: 1, at: -1 } }, { key: { x: 1 }, unique: true }]);
const memory = new Map(Array.from({ length: conversations }, (_, index) => [`c${index}`, { seq: 0, at: new Date(), text: '' }]));
await heads.insertMany([...memory].map(([_id, head]) => ({ _id, ...head })));

const dirty = new Set<string>();
const waiting: { doc: Message; done(): void; failed(error: unknown): void }[] = [];
let running = 0;
let scheduled = false;
const pump = () => {
  scheduled = false;
  while (running < 2 && waiting.length) {
    const batch = waiting.splice(0, 1000);
    running++;
    messages.insertMany(batch.map(item => item.doc), { ordered: false, writeConcern: { w: 'majority', j: true } })
      .then(() => { for (const item of batch) item.done(); }, error => { for (const item of batch) item.failed(error); })
      .finally(() => { running--; pump(); });
  }
};
const insert = (doc: Message) => new Promise<void>((done, failed) => {
  waiting.push({ doc, done, failed });
  if (!scheduled) { scheduled = true; setImmediate(pump); }
});
setInterval(() => {
  const batch = [...dirty].slice(0, 2000);
  for (const id of batch) dirty.delete(id);
  if (batch.length) void heads.bulkWrite(batch.map(_id => ({ updateOne: { filter: { _id }, update: { $set: memory.get(_id) ?? {} } } })), { ordered: false });
}, 250);

const server = http.createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const { thread, from, text, id } = JSON.parse(Buffer.concat(parts).toString());
    const head = memory.get(thread);
    if (!head) { response.writeHead(404).end(); return; }
    const doc: Message = { _id: new mongoose.Types.ObjectId().toHexString(), c: thread, s: ++head.seq, from: from.id, text, x: id, at: new Date() };
    insert(doc).then(() => {
      head.at = doc.at;
      head.text = text;
      dirty.add(thread);
      io.of('/agents').emit('entry', doc);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"ok":true}');
    }, () => { response.writeHead(503).end(); });
  });
});
server.keepAliveTimeout = 65_000;
const io = new Server(server, { path: '/live', transports: ['websocket'], serveClient: false });
io.of('/agents').on('connection', () => undefined);
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('up\n'));
