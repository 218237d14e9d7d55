/** A site map: its pages become documents of their own, so that one that fails does not fail the others. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Hub } from '../hub.ts';
import { fetchAddress } from './fetch-address.ts';
import type { Fetched, Reach } from './fetch-address.ts';
import { forget } from './forget.ts';
import { decode } from './readers/decode.ts';
import { readSitemap } from './rules/sitemap.ts';
import type { KnowledgeDocument } from './schema.ts';
import { bomb, Trouble } from './trouble.ts';

const MOST_PAGES = 5_000;
const MOST_MAPS = 50;
const mostBytes = 50 * 1024 * 1024;

const unzip = promisify(gunzip);

async function textOf({ bytes }: Fetched): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return decode(bytes);
  return decode(await unzip(bytes, { maxOutputLength: mostBytes }).catch(() => { throw bomb(); }));
}

/** Queues what it names and forgets what it names no more; gives back how many pages it has. */
export async function readPages(hub: Hub, document: KnowledgeDocument, fetched: Fetched, reach: Reach, stopping: AbortSignal): Promise<{ pages: number; added: number; removed: number }> {
  const map = readSitemap(await textOf(fetched));
  if (!map) throw new Trouble('这不是站点地图：请填写 sitemap.xml 的地址，或作为网页添加。', 'This is no site map: give the address of its sitemap.xml, or add it as a page.');
  const host = new URL(fetched.url).host;
  const urls = new Set<string>();
  if (map.kind === 'pages') for (const url of onHost(map.urls, host)) urls.add(url);
  else for (const url of onHost(map.urls, host).slice(0, MOST_MAPS)) {
    // One broken part of an index is no reason to lose the others.
    const part = await fetchAddress(url, reach, stopping).then(textOf).then(readSitemap, () => null);
    if (part?.kind === 'pages') for (const page of onHost(part.urls, host)) urls.add(page);
  }
  if (urls.size === 0) throw new Trouble(`站点地图中没有 ${host} 的页面：请检查其内容。`, `The site map names no page of ${host}: look at what is in it.`);
  if (urls.size > MOST_PAGES) throw new Trouble(`站点地图超过 ${MOST_PAGES} 页：请添加其中的一部分。`, `The site map names more than ${MOST_PAGES} pages: add a part of it.`);
  const before = await hub.store.documents.counts([document.id]);
  const gone = await hub.store.documents.adopt(document, [...urls], hub.now());
  for (const id of gone) await forget(hub, id);
  const { ready = 0, failed = 0, working = 0 } = before.get(document.id) ?? {};
  return { pages: urls.size, added: Math.max(0, urls.size - (ready + failed + working - gone.length)), removed: gone.length };
}

/** What a site map may speak for, without the places inside a page, each once. */
function onHost(addresses: string[], host: string): string[] {
  return [...new Set(addresses.flatMap((address) => {
    if (!URL.canParse(address) || address.length > 2_000) return [];
    const url = new URL(address);
    url.hash = '';
    return /^https?:$/.test(url.protocol) && url.host === host && url.username === '' && url.password === '' ? [url.href] : [];
  }))];
}
