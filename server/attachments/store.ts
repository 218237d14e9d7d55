/** Files in GridFS, or in a bucket beside it: streamed in and out, sniffed, limited; a file is there whole or not at all. */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import mongoose from 'mongoose';
import { Attachment, Id } from '../conversations/schema.ts';
import { Problem } from '../problem.ts';
import { fileLinks } from './links.ts';
import type { FileLinks } from './links.ts';
import { isDangerous, safeName, typeOf } from './rules.ts';
import type { S3, Upload } from './s3.ts';
import { Owner, sizeLimits } from './schema.ts';

/** What is known of a new file. `of`: we made it of another one, by this recipe, and know its type. */
export type NewFile = { name: string; owner: Owner; cid?: string } & ({ of?: undefined } | { of: { id: string; recipe: string }; type: string });

/** All that is done with files. */
export type AttachmentStore = {
  /** Stores it whole, or throws a Problem and leaves nothing behind. */
  put(source: AsyncIterable<Uint8Array> | Uint8Array, file: NewFile): Promise<Attachment>;
  /** A Problem 'not-found' for what is no id or no file. Whoever asks must have been allowed to. `range`: only these bytes, both ends included. */
  open(id: string, range?: { start: number; end: number }): Promise<{ attachment: Attachment; owner: Owner; stream: Readable }>;
  read(id: string): Promise<Uint8Array>;
  get(id: string): Promise<Attachment | null>;
  /** A Problem 'not-found' like open, without opening. */
  find(id: string): Promise<{ attachment: Attachment; owner: Owner }>;
  /** The files by these ids, in this order, if this owner brought all of them: a stranger's id is 'not-found'. */
  owned(ids: string[], owner: Owner): Promise<Attachment[]>;
  /** What was made of a file by this recipe, if it was. */
  made(id: string, recipe: string): Promise<Attachment | null>;
  /** With everything that was made of it. */
  remove(id: string): Promise<void>;
  /** Signs public addresses. */
  links: FileLinks;
  /** Deletes the pieces of uploads that were cut off by a crash before this time; returns how many. */
  sweep(before: Date): Promise<number>;
};

/** file-type looks no further. */
const headBytes = 4100;

const { ObjectId, GridFSBucket } = mongoose.mongo;

/**
 * The store on an open connection. What is known of a file is always in MongoDB; each file remembers where its bytes are.
 * @param secret signs public links; without it they end with this process  @param s3 takes the bytes of new files
 */
export function attachmentStore(connection: mongoose.Connection, secret: Uint8Array = randomBytes(32), s3?: S3): AttachmentStore {
  const { db } = connection;
  if (!db) throw new Error('attachmentStore needs an open connection');
  const bucket = new GridFSBucket(db, { bucketName: 'attachments', writeConcern: { w: 'majority', journal: true } });
  const chunks = db.collection('attachments.chunks');
  const files = db.collection('attachments.files');
  const links = fileLinks(secret);

  async function lookUp(id: string): Promise<{ attachment: Attachment; owner: Owner; away: boolean } | null> {
    const file = Id.safeParse(id).success ? (await bucket.find({ _id: new ObjectId(id) }).limit(1).toArray())[0] : undefined;
    if (!file) return null;
    const { type, cid, owner, s3: away } = file.metadata ?? {};
    return { attachment: Attachment.parse({ id, name: file.filename, type, size: file.length, ...(cid && { cid }) }), owner: Owner.parse(owner), away: away === true };
  }
  async function find(id: string): Promise<{ attachment: Attachment; owner: Owner; away: boolean }> {
    const found = await lookUp(id);
    if (!found) throw new Problem('not-found', 'There is no such file.');
    return found;
  }
  // Two nodes may make the same of a file at once: the second finds the place taken.
  let indexed: Promise<string> | undefined;
  async function onePlaceEach(): Promise<void> {
    indexed ??= files.createIndex({ 'metadata.variant': 1 }, { name: 'variant', unique: true, sparse: true });
    await indexed.catch((error: unknown) => { indexed = undefined; throw error; });
  }
  async function made(id: string, recipe: string): Promise<Attachment | null> {
    await onePlaceEach();
    const [file] = await bucket.find({ 'metadata.variant': `${id}/${recipe}` }).limit(1).toArray();
    return file ? (await lookUp(file._id.toHexString()))?.attachment ?? null : null;
  }
  async function opened(id: string, away: boolean, range?: { start: number; end: number }): Promise<Readable> {
    if (!away) return bucket.openDownloadStream(new ObjectId(id), range && { start: range.start, end: range.end + 1 });
    if (!s3) throw new Problem('unavailable', 'The file lies in a file store that is not configured (HUB_S3_URL).');
    return await s3.open(id, range);
  }

  /** GridFS: the file's document is written last. */
  function gridUpload(id: mongoose.mongo.ObjectId, name: string, metadata: object): Upload {
    const upload = bucket.openUploadStreamWithId(id, name, { metadata });
    const failed = new Promise<never>((_done, fail) => upload.once('error', fail));
    failed.catch(() => undefined);
    const written = (step: (done: (error?: Error | null) => void) => void): Promise<void> =>
      Promise.race([failed, new Promise<void>((done, fail) => step((error) => (error ? fail(error) : done())))]);
    return {
      write: (part) => written((done) => void upload.write(part, done)),
      // Not end's callback: that is called, and says nothing, when the last write failed.
      end: () => written((done) => void upload.once('finish', () => done()).end()),
      async abort() {
        // Each write was awaited, so no insert can come after this. The document may be there though its answer was lost.
        await files.deleteOne({ _id: id });
        await chunks.deleteMany({ files_id: id });
      },
    };
  }

  /** A bucket: the bytes are whole before the document says so. */
  function s3Upload(away: S3, id: mongoose.mongo.ObjectId, filename: string, metadata: object): Upload {
    const upload = away.upload(id.toHexString());
    let length = 0;
    return {
      write(part) {
        length += part.byteLength;
        return upload.write(part);
      },
      async end() {
        await upload.end();
        await files.insertOne({ _id: id, length, chunkSize: 0, uploadDate: new Date(), filename, metadata: { ...metadata, s3: true } }, { writeConcern: { w: 'majority', journal: true } });
      },
      async abort() {
        await files.deleteOne({ _id: id });
        await upload.abort();
        await away.remove(id.toHexString());
      },
    };
  }

  async function discard(id: string): Promise<void> {
    const { away } = await find(id);
    await bucket.delete(new ObjectId(id));
    if (away) await s3?.remove(id);
  }

  return {
    links,
    async find(id) {
      const { attachment, owner } = await find(id);
      return { attachment, owner };
    },
    made,
    async put(source, given) {
      const { name: givenName, owner, cid, of } = given;
      const limit = sizeLimits[owner.kind];
      const parts = limited(partsOf(source), limit)[Symbol.asyncIterator]();
      const head: Uint8Array[] = [];
      let size = 0;
      while (size < headBytes) {
        const part = await parts.next();
        if (part.done) break;
        head.push(part.value);
        size += part.value.byteLength;
      }
      // An empty file in a mail is no reason to lose the mail.
      if (size === 0 && owner.kind !== 'inbound') throw new Problem('invalid', 'The file is empty.', { body: 'must not be empty' });
      const name = safeName(givenName);
      const type = of ? given.type : await sniff(Buffer.concat(head, Math.min(size, headBytes)), name);
      if (owner.kind !== 'inbound' && isDangerous({ name, type })) {
        await parts.return(undefined);
        throw new Problem('not-supported', 'Programs cannot be sent. Put it into an archive with a password, or send a link.', { name: 'is a program' });
      }
      // Random, not by time: an id must not be guessable from another one.
      const id = new ObjectId(randomBytes(12));
      if (of) await onePlaceEach();
      const metadata = { type, owner, ...(cid && { cid }), ...(of && { variant: `${of.id}/${of.recipe}` }) };
      const upload = s3 ? s3Upload(s3, id, name, metadata) : gridUpload(id, name, metadata);
      try {
        for (const part of head) await upload.write(part);
        for (let part = await parts.next(); !part.done; part = await parts.next()) {
          size += part.value.byteLength;
          await upload.write(part.value);
        }
        await upload.end();
      } catch (error) {
        await upload.abort().catch(() => undefined);
        const twin = of && await made(of.id, of.recipe);
        if (twin) return twin;
        throw error;
      }
      return { id: id.toHexString(), name, type, size, ...(cid && { cid }) };
    },
    async open(id, range) {
      const { away, ...found } = await find(id);
      return { ...found, stream: await opened(id, away, range) };
    },
    async read(id) {
      const { away } = await find(id);
      const parts: Buffer[] = [];
      for await (const part of await opened(id, away)) parts.push(part);
      return Buffer.concat(parts);
    },
    get: async (id) => (await lookUp(id))?.attachment ?? null,
    owned: (ids, owner) => Promise.all(ids.map(async (id) => {
      const found = await find(id);
      if (found.owner.kind !== owner.kind || found.owner.id !== owner.id) throw new Problem('not-found', 'There is no such file.');
      return found.attachment;
    })),
    async remove(id) {
      await find(id);
      for (const variant of await bucket.find({ 'metadata.variant': { $regex: `^${id}/` } }).toArray()) await discard(variant._id.toHexString());
      await discard(id);
    },
    async sweep(before) {
      // The file's document is written last: chunks without one were never finished.
      const orphans = await chunks.aggregate([
        { $match: { n: 0, _id: { $lt: ObjectId.createFromTime(Math.floor(before.getTime() / 1000)) } } },
        { $lookup: { from: 'attachments.files', localField: 'files_id', foreignField: '_id', pipeline: [{ $project: { _id: 1 } }], as: 'file' } },
        { $match: { file: [] } },
        { $project: { files_id: 1 } },
      ]).toArray();
      if (orphans.length > 0) await chunks.deleteMany({ files_id: { $in: orphans.map((chunk) => chunk['files_id']) } });
      return orphans.length;
    },
  };
}

/** A request that is too large must live long enough to be told so: leaving the loop does not destroy it. */
function partsOf(source: AsyncIterable<Uint8Array> | Uint8Array): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (source instanceof Uint8Array) return [source];
  return source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : source;
}

/** Stops at the limit while it streams; a source that breaks off is the caller's mistake, not ours. */
async function* limited(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array, undefined> {
  let size = 0;
  try {
    for await (const part of source) {
      size += part.byteLength;
      if (size > limit) throw new Problem('too-large', `The file is larger than ${Math.floor(limit / 1024 / 1024)} MB.`, { body: `may have ${limit} bytes` });
      if (part.byteLength > 0) yield part;
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('invalid', 'The upload broke off before its end: send it again.', {}, { cause: error });
  }
}

async function sniff(head: Buffer, name: string): Promise<string> {
  const found = await fileTypeFromBuffer(head);
  // 'audio/ogg; codecs=opus' is what a voice note is called.
  return typeOf(found?.mime.split(';')[0], !found && isText(head), name);
}

/** UTF-8 without control characters; the end may cut through a character. */
function isText(head: Buffer): boolean {
  if (!head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b)) return false;
  for (let cut = 0; cut < 4; cut += 1) if (isUtf8(head.subarray(0, head.length - cut))) return true;
  return false;
}
