// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sent } from '../wire.ts';
import { createSender, restoreOutbox, saveOutbox } from './outbox.ts';
import type { Pending } from './transcript.ts';

const said = (id: string): Pending => ({ id, at: '2026-01-01T00:00:00Z', text: id, state: 'sending' });

describe('the outbox over a reload', () => {
  beforeEach(() => sessionStorage.clear());

  it('comes back, one a channel, and leaves nothing behind when it is empty', () => {
    saveOutbox('one', [said('a')]);
    expect(restoreOutbox('one')).toEqual([said('a')]);
    expect(restoreOutbox('two')).toEqual([]);
    saveOutbox('one', []);
    expect(sessionStorage.length).toBe(0);
  });

  it.each(['', '{', '{}', 'null', '[1, null, {"id": 3}]'])('ignores what is not ours: %s', (stored) => {
    sessionStorage.setItem('hubbub:outbox:one', stored);
    expect(restoreOutbox('one')).toEqual([]);
  });

  it('lives without storage', () => {
    const blocked = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('blocked'); });
    expect(() => saveOutbox('one', [said('a')])).not.toThrow();
    blocked.mockRestore();
  });
});

function world(answers: (Sent | Error)[]) {
  const state: { outbox: Pending[]; delivered: string[]; refused: string[]; waits: number[]; slow: boolean[]; up: boolean; together: number; most: number } =
    { outbox: [said('a'), said('b')], delivered: [], refused: [], waits: [], slow: [], up: true, together: 0, most: 0 };
  const flush = createSender({
    ready: () => state.up,
    next: () => state.outbox.find((one) => one.state === 'sending'),
    async deliver(one) {
      state.delivered.push(one.id);
      state.most = Math.max(state.most, ++state.together);
      await new Promise((resolve) => setTimeout(resolve, 1));
      state.together -= 1;
      const answer = answers.shift() ?? { ok: true, seq: 1 };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    sent: (id) => { state.outbox = state.outbox.filter((one) => one.id !== id); },
    refused: (id) => {
      state.refused.push(id);
      state.outbox = state.outbox.map((one) => (one.id === id ? { ...one, state: 'failed' } : one));
    },
    slow: (waiting) => state.slow.push(waiting),
    wait: async (ms) => void state.waits.push(ms),
  });
  return { state, flush };
}

describe('the sender', () => {
  it('sends one at a time in order, however often it is called', async () => {
    const { state, flush } = world([]);
    await Promise.all([flush(), flush(), flush()]);
    expect(state).toMatchObject({ delivered: ['a', 'b'], outbox: [], most: 1 });
  });

  it('sends the same id again when no answer came, and when the hub was slow', async () => {
    const { state, flush } = world([new Error('timeout'), { ok: false, problem: { code: 'too-many', retryAfterMs: 1_500 } }, { ok: false, problem: { code: 'unavailable' } }]);
    await flush();
    expect(state).toMatchObject({ delivered: ['a', 'a', 'a', 'a', 'b'], outbox: [], waits: [500, 1_500, 2_000], slow: [true, false, false, false] });
  });

  it('sets aside what the hub refuses and goes on', async () => {
    const { state, flush } = world([{ ok: false, problem: { code: 'invalid' } }]);
    await flush();
    expect(state).toMatchObject({ delivered: ['a', 'b'], refused: ['a'] });
  });

  it('stops while there is no connection and goes on afterwards', async () => {
    const { state, flush } = world([new Error('timeout')]);
    state.up = false;
    await flush();
    expect(state.delivered).toEqual([]);
    state.up = true;
    await flush();
    expect(state.outbox).toEqual([]);
  });
});
