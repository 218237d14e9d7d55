import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDrafts } from './use-drafts.ts';

function setup() {
  const disk = new Map<string, string>();
  const published: [string, string, string][] = [];
  const store = {
    read: async (key: string) => disk.get(key),
    write: async (key: string, text: string) => { if (text === '') disk.delete(key); else disk.set(key, text); },
    publish: async (id: string, mode: string, text: string) => { published.push([id, mode, text]); },
  };
  return { disk, published, store, drafts: createDrafts(store, 1000) };
}
const nothing = async () => undefined;

describe('drafts', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('keeps reply and note of one conversation apart', async () => {
    const { drafts } = setup();
    drafts.save('c1', 'reply', 'to the customer');
    drafts.save('c1', 'note', 'for us');
    expect(await drafts.load('c1', 'reply', nothing)).toBe('to the customer');
    expect(await drafts.load('c1', 'note', nothing)).toBe('for us');
    expect(await drafts.load('c2', 'reply', nothing)).toBe('');
  });
  it('tells the server once typing rests, and only the last words', () => {
    const { drafts, published } = setup();
    for (const text of ['h', 'he', 'hel']) drafts.save('c1', 'reply', text);
    vi.advanceTimersByTime(999);
    expect(published).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(published).toEqual([['c1', 'reply', 'hel']]);
  });
  it('prefers this browser, else takes what another device wrote', async () => {
    const { drafts, disk } = setup();
    const elsewhere = async () => ({ reply: 'from the phone' });
    expect(await drafts.load('c1', 'reply', elsewhere)).toBe('from the phone');
    disk.set('draft-c1-reply', 'from here');
    expect(await drafts.load('c1', 'reply', elsewhere)).toBe('from here');
  });
  it('a sent draft is gone here and there, also one that was about to be published', () => {
    const { drafts, disk, published } = setup();
    drafts.save('c1', 'reply', 'sent');
    drafts.clear('c1', 'reply');
    vi.advanceTimersByTime(5000);
    expect(disk.size).toBe(0);
    expect(published).toEqual([['c1', 'reply', '']]);
  });
  it('works where storage is forbidden', async () => {
    const drafts = createDrafts({ read: () => Promise.reject(new Error('no')), write: () => Promise.reject(new Error('no')), publish: () => Promise.reject(new Error('no')) });
    drafts.save('c1', 'reply', 'still here');
    expect(await drafts.load('c1', 'reply', nothing)).toBe('still here');
  });
});
