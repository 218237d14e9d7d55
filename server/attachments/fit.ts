/** A message's files as a channel can carry them: as they are, remade, or as links. What was made is kept, so a second attempt sends the same. */
import { LRUCache } from 'lru-cache';
import type { Hub } from '../hub.ts';
import type { Attachment, Content } from '../conversations/schema.ts';
import { Problem } from '../problem.ts';
import { recoded, thumbnailOf } from './picture.ts';
import { isPicture, planFor, renamed } from './rules/fit.ts';
import type { FileLimits, MediaType, PictureType } from './rules/fit.ts';
import { findFfmpeg, transcoded } from './transcode.ts';
import type { Ffmpeg } from './transcode.ts';

/** Days a link works at least. */
const linkDays = 14;
/** Files that could not be made smaller are not tried again and again. */
const hopeless = new LRUCache<string, true>({ max: 10_000, ttl: 3_600_000 });
let ffmpegIsThere: Promise<boolean> | undefined;

type Carrier = { carries: { attachments: boolean }; limits: FileLimits };

/** A public address of a file that needs no sign-in and works for two weeks. */
export function linkTo(hub: Hub, attachment: Pick<Attachment, 'id'>): string {
  return `${hub.publicUrl}/files/${hub.store.attachments.links.token(attachment.id, hub.now(), linkDays)}`;
}

/** What this channel will get: the same content when everything fits. */
export async function fitContent(hub: Hub, content: Content, { carries, limits }: Carrier, ffmpeg: Ffmpeg = {}): Promise<Content> {
  const files = content.attachments ?? [];
  if (files.length === 0) return content;
  const kept: Attachment[] = [];
  const linked: Attachment[] = [];
  for (const file of files) {
    const fitting = carries.attachments ? await fit(hub, file, limits, ffmpeg) : null;
    if (fitting) kept.push(fitting);
    else linked.push(file);
  }
  if (linked.length === 0 && kept.every((file, index) => file === files[index])) return content;
  return withLinks(hub, { ...content, attachments: kept }, linked);
}

/** What fitContent will make of it, as far as can be told without making anything: what surely goes as a link is one. */
export function outline(content: Content, { carries, limits }: Carrier): Content {
  const { attachments: files = [], ...words } = content;
  const kept = carries.attachments ? files.filter((file) => planFor(file, limits, { ffmpeg: true }).kind !== 'link') : [];
  if (kept.length === files.length) return content;
  const text = [content.text, ...files.filter((file) => !kept.includes(file)).map(({ name }) => `${name}: ${'x'.repeat(linkLetters)}`)].filter(Boolean).join('\n');
  return { ...words, text, ...(kept.length > 0 ? { attachments: kept } : {}) };
}
/** About as long as a link of ours. */
const linkLetters = 120;

/** The same words with these files as links below them: for a channel that failed to take them. All files, unless some are named. */
export function withLinks(hub: Hub, content: Content, files: Attachment[] = content.attachments ?? []): Content {
  if (files.length === 0) return content;
  const links = files.map((file) => ({ name: file.name, url: linkTo(hub, file) }));
  const text = [content.text, ...links.map(({ name, url }) => `${name}: ${url}`)].filter(Boolean).join('\n');
  const rest = (content.attachments ?? []).filter((file) => !files.includes(file));
  const { attachments: _all, ...words } = content;
  return {
    ...words, text, ...(rest.length > 0 ? { attachments: rest } : {}),
    ...(content.html === undefined ? {} : { html: `${content.html}${links.map(({ name, url }) => `<p><a href="${url}">${escaped(name)}</a></p>`).join('')}` }),
  };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The file itself, or one made of it that fits; null: only a link will do. */
export async function fit(hub: Hub, file: Attachment, limits: FileLimits, ffmpeg: Ffmpeg = {}): Promise<Attachment | null> {
  const ask = planFor(file, limits, { ffmpeg: true });
  const plan = ask.kind === 'media' ? planFor(file, limits, { ffmpeg: await (ffmpeg.program ? findFfmpeg(ffmpeg) : ffmpegIsThere ??= findFfmpeg()) }) : ask;
  if (plan.kind === 'as-is') return file;
  if (plan.kind === 'link') return null;
  const make = plan.kind === 'picture'
    ? plan.targets.map((target) => ({ target, run: (bytes: Uint8Array) => recoded(bytes, target) }))
    : plan.targets.map((target) => ({ target, run: (bytes: Uint8Array) => transcoded(bytes, file.type, target, ffmpeg) }));
  for (const { target, run } of make) {
    const made = await variant(hub, file, { recipe: `${target.type}/${target.bytes}`, name: renamed(file.name, target.type), type: target.type }, run);
    if (made) return { ...made, ...(file.role ? { role: file.role } : {}), ...(file.cid ? { cid: file.cid } : {}) };
  }
  return null;
}

/** The small picture of a picture; a Problem 'not-found' where there is none. */
export async function thumbnail(hub: Hub, id: string): Promise<Attachment> {
  const file = await hub.store.attachments.get(id);
  const small = file && isPicture(file.type) ? await variant(hub, file, { recipe: 'thumbnail', name: renamed(file.name, 'image/webp'), type: 'image/webp' }, (bytes) => thumbnailOf(bytes, file.type)) : null;
  if (!small) throw new Problem('not-found', 'There is no small picture of this file.');
  return small;
}

type Recipe = { recipe: string; name: string; type: PictureType | MediaType };

async function variant(hub: Hub, file: Attachment, { recipe, name, type }: Recipe, run: (bytes: Uint8Array) => Promise<Uint8Array | null>): Promise<Attachment | null> {
  const { attachments } = hub.store;
  const key = `${file.id}/${recipe}`;
  if (hopeless.has(key)) return null;
  const known = await attachments.made(file.id, recipe);
  if (known) return known;
  // Two lines: pictures and films must not take the whole machine.
  return await hub.turns(`media/${Number.parseInt(file.id.slice(-1), 16) % 2}`, async () => {
    const meanwhile = await attachments.made(file.id, recipe);
    if (meanwhile) return meanwhile;
    const { owner } = await attachments.find(file.id);
    const made = await run(await attachments.read(file.id));
    if (!made) {
      hopeless.set(key, true);
      return null;
    }
    return await attachments.put(made, { name, owner, of: { id: file.id, recipe }, type });
  });
}
