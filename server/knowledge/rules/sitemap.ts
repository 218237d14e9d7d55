/** The addresses in a site map, as they are written there. */

export type Sitemap = { kind: 'pages' | 'sitemaps'; urls: string[] };

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string => text.replace(/^<!\[CDATA\[([\s\S]*)\]\]>$/, '$1').replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => entities[name] ?? '').trim();

/** Reads a site map, an index of site maps, or a plain list of addresses; null for anything else. */
export function readSitemap(text: string): Sitemap | null {
  const index = /<(?:\w+:)?sitemapindex[\s>]/i.test(text.slice(0, 10_000));
  if (index || /<(?:\w+:)?urlset[\s>]/i.test(text.slice(0, 10_000))) {
    const urls = [...text.matchAll(/<(?:\w+:)?loc\s*>([^<]*(?:<!\[CDATA\[[^\]]*\]\]>)?[^<]*)<\/(?:\w+:)?loc\s*>/gi)].map(([, loc = '']) => plain(loc.trim()));
    return { kind: index ? 'sitemaps' : 'pages', urls: urls };
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  return lines.length > 0 && lines.every((line) => /^https?:\/\/\S+$/.test(line)) ? { kind: 'pages', urls: lines } : null;
}
