/** A folder as one stream of bytes and back: for each file the length of its head, the head as JSON, the file. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';

const Head = z.object({ path: z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/, 'leads out of the folder'), size: z.number().int().nonnegative() });

/** What a browser makes anew: not kept. */
const dispensable = /^(?:(?:Gr|Graphite)?(?:Dawn\w*|Shader)?Cache|Code Cache|GPUCache|Dawn\w*Cache|Crashpad|Crash Reports|component_crx_cache|extensions_crx_cache|Safe Browsing|BrowserMetrics.*|Singleton.*|DevToolsActivePort|.*\.tmp)$/;

/** Everything in a folder but what is dispensable. */
export async function* pack(folder: string, inside = ''): AsyncGenerator<Buffer> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (dispensable.test(entry.name)) continue;
    const path = posix.join(inside, entry.name);
    if (entry.isDirectory()) yield* pack(folder, path);
    else if (entry.isFile()) {
      const bytes = await readFile(join(folder, path));
      const head = Buffer.from(JSON.stringify({ path, size: bytes.length }));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(head.length);
      yield Buffer.concat([length, head]);
      yield bytes;
    }
  }
}

/** Writes the files of an archive into a folder. Throws when bytes are missing. */
export async function unpack(bytes: AsyncIterable<Buffer>, folder: string): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  const source = bytes[Symbol.asyncIterator]();
  const take = async (size: number): Promise<Buffer | null> => {
    const parts = [held];
    let have = held.length;
    while (have < size) {
      const next = await source.next();
      if (next.done) {
        if (have === 0) return null;
        throw new Error('the archive ends too early');
      }
      parts.push(next.value);
      have += next.value.length;
    }
    const all = Buffer.concat(parts, have);
    held = all.subarray(size);
    return all.subarray(0, size);
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const length = await take(4);
    if (!length) return;
    const head = Head.parse(JSON.parse((await take(length.readUInt32BE()))?.toString() ?? ''));
    const target = join(folder, head.path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const content = head.size === 0 ? Buffer.alloc(0) : await take(head.size);
    if (!content) throw new Error('the archive ends too early');
    await writeFile(target, content, { mode: 0o600 });
  }
}
