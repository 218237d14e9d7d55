/** Customers and an agent who do not give up: each says its next word only after the last was acknowledged. */
import { setTimeout as pause } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { z } from 'zod';
import type { ApiSystem } from '../simulators/api-system.ts';
import type { Acknowledged } from './checker.ts';

type Running = { done: Promise<Acknowledged> };

/** A customer of the API channel. */
export function apiCustomer(system: ApiSystem, channelId: string, thread: string, stopping: AbortSignal): Running {
  const ids: string[] = [];
  const talk = async (): Promise<Acknowledged> => {
    for (let count = 0; !stopping.aborted; count++) {
      const id = `${thread}-${count}`;
      await system.insist({ id, thread, from: { id: thread, name: thread }, text: `message ${count} of ${thread}` }, 10_000);
      ids.push(id);
      await pause(5);
    }
    return { channelId, thread, ids };
  };
  return { done: talk() };
}

const Welcome = z.looseObject({ token: z.string(), thread: z.string() });
const Ack = z.looseObject({ ok: z.boolean() });

/** A visitor of the web chat: same client id until the ack comes, over any number of reconnects. */
export function visitor(url: string, channelId: string, stopping: AbortSignal): Running {
  const ids: string[] = [];
  const talk = async (): Promise<Acknowledged> => {
    const auth: { channelId: string; token?: string } = { channelId };
    const socket = io(`${url}/visitors`, { path: '/live', transports: ['websocket'], auth, reconnectionDelay: 100, reconnectionDelayMax: 400 });
    let thread = '';
    const welcomed = new Promise<void>(done => socket.on('welcome', (welcome: unknown) => {
      const { token, thread: mine } = Welcome.parse(welcome);
      auth.token = token;
      thread = mine;
      done();
    }));
    await welcomed;
    for (let count = 0; !stopping.aborted; count++) {
      const id = `word${String(count).padStart(6, '0')}`;
      for (;;) {
        const answer: unknown = await socket.timeout(1500).emitWithAck('send', { id, text: count % 4 === 0 ? '退款多久到账？' : `第 ${count} 句` }).catch(() => ({ ok: false }));
        if (Ack.parse(answer).ok) break;
        await pause(200);
      }
      ids.push(`${thread}:${id}`);
      await pause(1600);
    }
    socket.close();
    return { channelId, thread, ids };
  };
  return { done: talk() };
}

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
const Page = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });

/** A program that answers the customers of a channel, each answer with a key of its own until it is acknowledged. */
export async function answering(call: Call, channelId: string, stopping: AbortSignal): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let count = 0; !stopping.aborted; count++) {
    const page = Page.safeParse((await call('GET', `/conversations?channelId=${channelId}&limit=20`).catch(() => ({ body: null }))).body);
    const chosen = page.success ? page.data.items[count % Math.max(1, page.data.items.length)] : undefined;
    if (!chosen) { await pause(200); continue; }
    const clientId = `reply-${String(count).padStart(6, '0')}`;
    for (;;) {
      const status = await call('POST', `/conversations/${chosen.id}/messages`, { text: `answer ${clientId}`, clientId }).then(reply => reply.status, () => 0);
      if (status === 201) break;
      await pause(100);
    }
    acknowledged.push(clientId);
    await pause(40);
  }
  return acknowledged;
}
