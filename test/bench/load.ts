/** A driver that costs little: prepared requests over kept sockets, and an agent's socket that only looks for the id. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export type Figures = { perSecond: number; p50: number; p99: number; max: number; count: number };

/** One request, ready to be written, and the id it is recognised by on the agent's socket. */
export type Shot = { bytes: Buffer; id: string };

const percentile = (sorted: number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
const round = (value: number) => Math.round(value * 100) / 100;

/** Sorted latencies in ms and the time they took, as figures. */
export function figures(latencies: number[], seconds: number): Figures {
  const sorted = latencies.toSorted((a, b) => a - b);
  return { perSecond: Math.round(sorted.length / seconds), p50: round(percentile(sorted, 0.5)), p99: round(percentile(sorted, 0.99)), max: round(sorted.at(-1) ?? NaN), count: sorted.length };
}

/** A kept HTTP/1.1 connection that has one request under way at most. */
export function connection(port: number): Promise<(request: Buffer) => Promise<number>> {
  return new Promise((opened, failed) => {
    let answer: ((status: number) => void) | undefined;
    const closed = () => { answer?.(0); };
    let text = '';
    const socket: Socket = connect(port, '127.0.0.1', () => opened(request => new Promise(done => { if (socket.destroyed) { done(0); return; } answer = done; socket.write(request); })));
    socket.setNoDelay(true).on('error', failed).on('close', closed).on('data', part => {
      text += part.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /content-length: (\d+)/i.exec(text);
      const end = length ? head + 4 + Number(length[1]) : text.indexOf('0\r\n\r\n', head) + 5;
      if (end < head || text.length < end) return;
      const status = Number(text.slice(9, 12));
      text = '';
      const done = answer;
      answer = undefined;
      done?.(status);
    });
    socket.unref();
  });
}

/** An agent's Socket.IO connection, bare: calls seen(id) for every id it reads. */
export function agentSocket(port: number, cookie: string, seen: (id: string) => void): Promise<{ close(): void }> {
  const pattern = /"(?:externalId|x)":"(b\d+-\d+)"/g;
  return new Promise((done, failed) => {
    // Node's WebSocket takes headers; the browser's, whose type is declared, does not.
    const socket: WebSocket = Reflect.construct(WebSocket, [`ws://127.0.0.1:${port}/live/?EIO=4&transport=websocket`, { headers: { cookie } }]);
    socket.addEventListener('error', failed);
    socket.addEventListener('message', ({ data }) => {
      const text = String(data);
      if (text[0] === '0') socket.send('40/agents,');
      else if (text === '2') socket.send('3');
      else if (text.startsWith('40/agents')) done({ close: () => socket.close() });
      else for (const [, id] of text.matchAll(pattern)) if (id) seen(id);
    });
  });
}

/** Waiting for ids to appear; answers how long each took. */
export function sightings() {
  const expected = new Map<string, (at: number) => void>();
  return {
    seen(id: string): void { const done = expected.get(id); expected.delete(id); done?.(performance.now()); },
    expect: (id: string): Promise<number> => new Promise(done => expected.set(id, done)),
  };
}

type Sent = (request: Buffer) => Promise<number>;

async function fire(send: Sent, shot: Shot, eyes: ReturnType<typeof sightings>, from: number): Promise<number> {
  const seen = eyes.expect(shot.id);
  const status = await send(shot.bytes);
  if (status !== 200) throw new Error(`answered ${status}`);
  return await seen - from;
}

/** `at` workers, each sends its next as soon as its last was seen. */
export async function closedLoop(lines: Sent[], at: number, seconds: number, shots: () => Shot, eyes: ReturnType<typeof sightings>): Promise<Figures> {
  const latencies: number[] = [];
  const begin = performance.now();
  await Promise.all(lines.slice(0, at).map(async line => {
    while (performance.now() - begin < seconds * 1000) latencies.push(await fire(line, shots(), eyes, performance.now()));
  }));
  return figures(latencies, (performance.now() - begin) / 1000);
}

/** A fixed rate, whatever the answers do: latency counts from when a message was due. */
export async function openLoop(lines: Sent[], rate: number, seconds: number, shots: () => Shot, eyes: ReturnType<typeof sightings>): Promise<Figures & { skipped: number }> {
  const free = [...lines];
  const latencies: number[] = [];
  const flights: Promise<void>[] = [];
  const begin = performance.now();
  let skipped = 0;
  for (let sent = 0; performance.now() - begin < seconds * 1000;) {
    // Message 0 is due at once: one that waits for the next to be due would be counted an interval late.
    for (const due = 1 + Math.floor((performance.now() - begin) * rate / 1000); sent < due; sent++) {
      const line = free.pop();
      if (!line) { skipped++; continue; }
      flights.push(fire(line, shots(), eyes, begin + sent * 1000 / rate).then(latency => { latencies.push(latency); free.push(line); }));
    }
    await pause(Math.max(1, Math.ceil(begin + sent * 1000 / rate - performance.now())));
  }
  await Promise.all(flights);
  return { ...figures(latencies, (performance.now() - begin) / 1000), skipped };
}
