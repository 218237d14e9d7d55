/** The WhatsApp Web connector: a session process under supervision, a way in and a way out. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectorError, wordsOf, type Connector, type Inbox } from '../connector.ts';
import { findBrowser } from './browser.ts';
import type { Config } from './manifest.ts';
import { profileAt } from './profile.ts';
import { ChatsAnswer, HistoryAnswer, MediaAnswer, type Command, type Notice } from './protocol.ts';
import { receiver } from './receive.ts';
import { parseAck } from './parse.ts';
import { Raw } from './raw.ts';
import { sender } from './send.ts';
import { sendsOf } from './sends.ts';
import { nodeChild } from './session-process.ts';
import { supervise, usualPace, type Launching, type Pace, type Supervisor } from './supervisor.ts';
import { threadsOf } from './threads.ts';
import { both } from './words.ts';

/** What a test sets otherwise: a stored page, arguments of the browser, times. */
export type Tuning = Pick<Launching, 'webCache' | 'browserArgs'> & { pace?: Pace; sendMs?: number };

const sendMs = 60_000;
const mediaMs = 120_000;
/** A message may have been stored after a later one: so far back is looked again. */
const overlapMs = 15 * 60_000;
const chatsMost = 200;
const historyLimits = [0, 50, 200, 800];

/** Makes a connector of a checked configuration. */
export function whatsappWebConnector(config: Config, channel: { id: string; dataDir?: string }, tuning: Tuning = {}): Connector {
  const folder = channel.dataDir ?? join(tmpdir(), 'whatsapp-web', channel.id.replaceAll(/[^\w-]/g, ''));
  let running: { supervisor: Supervisor; receive: ReturnType<typeof receiver>; send: ReturnType<typeof sender>; threads: ReturnType<typeof threadsOf>; stop: AbortController } | null = null;
  let stopped: Promise<void> = Promise.resolve();

  const live = () => {
    if (!running) throw new ConnectorError('unreachable', both('渠道未启动', 'the channel is not started'));
    return running;
  };
  const call = (command: Command, waitMs?: number): Promise<unknown> => live().supervisor.call(command, waitMs);

  async function reconcile(since: Date): Promise<{ until: Date }> {
    const { receive } = live();
    const until = new Date();
    const chats = ChatsAnswer.parse(await call({ name: 'chats' }, mediaMs)).filter(({ at }) => at >= since.getTime()).toSorted((one, other) => other.at - one.at).slice(0, chatsMost);
    await receive.catchUp(async () => {
      for (const chat of chats) {
        // Asking for old messages costs the phone; most of the time the page has what is needed.
        for (const limit of historyLimits) {
          const messages = HistoryAnswer.parse(await call({ name: 'history', chat: chat.id, limit }, mediaMs));
          const dated = messages.map((told) => ({ told, raw: Raw.safeParse(told.raw).data }));
          const oldest = Math.min(...dated.map(({ raw }) => (raw?.t ?? Infinity) * 1000));
          const complete = oldest <= since.getTime() || (limit > 0 && messages.length < limit);
          if (!complete && limit !== historyLimits.at(-1)) continue;
          const recent = dated.filter(({ raw }) => (raw?.t ?? Infinity) * 1000 >= since.getTime());
          await receive.found(recent.map(({ told }) => told));
          for (const { raw } of recent) {
            const receipt = raw?.id.fromMe ? parseAck(raw.id._serialized, raw.ack ?? 0) : null;
            if (receipt) await receive.receipt(receipt);
          }
          break;
        }
      }
    });
    return { until };
  }

  function listen(inbox: Inbox): void {
    let linking = false;
    const stop = new AbortController();
    const threads = threadsOf(inbox);
    const sends = sendsOf(inbox);
    const send = sender({ inbox, sends, warmUpDays: config.warmUpDays, sendMs: tuning.sendMs ?? sendMs, now: Date.now, call, chatOf: threads.chatOf, me: () => receive.me() });
    const receive = receiver({ inbox, groups: config.groups, sends, threads, busy: send.busy, stopping: stop.signal });
    const noted = (what: string, doing: Promise<unknown>): void => void doing.catch((error: unknown) => {
      if (!stop.signal.aborted) inbox.log.warn({ reason: error instanceof Error ? error.message : String(error) }, what);
    });
    const onNotice = (notice: Notice): void => {
      receive.hear(notice);
      if (notice.event === 'qr') linking = true;
      if (notice.event !== 'ready') return;
      noted('the warm-up could not be noted', linking ? send.paired() : send.warm());
      linking = false;
      // What was said while the session was away is in the chats.
      noted('recent chats could not be looked through', receive.since().then((since) => (since ? reconcile(new Date(since.getTime() - overlapMs)) : undefined)));
    };
    const { webCache, browserArgs } = tuning;
    const supervisor = supervise({
      profile: profileAt(folder, config.sessionKey), pace: tuning.pace ?? usualPace, log: inbox.log, onNotice, onHealth: (health) => inbox.health(health), open: nodeChild(folder),
      launching: { takeOver: config.takeOver, ...(config.browserPath && { browserPath: config.browserPath }), ...(webCache && { webCache }), ...(browserArgs && { browserArgs }) },
    });
    running = { supervisor, receive, send, threads, stop };
  }

  return {
    async start(inbox) {
      listen(inbox);
    },
    stop() {
      const ending = running;
      running = null;
      if (ending) {
        ending.stop.abort();
        stopped = ending.supervisor.stop();
      }
      return stopped;
    },
    send: async (message) => live().send.send(message),
    settle: async (message) => live().send.settle(message),
    reconcile,
    async probe() {
      const state = await call({ name: 'state' });
      if (state !== 'CONNECTED') throw new ConnectorError('unreachable', both('网页版暂时连不上 WhatsApp', 'WhatsApp Web is not connected at the moment'));
    },
    async fetch(ref) {
      const file = MediaAnswer.parse(await call({ name: 'media', id: ref }, mediaMs));
      if (!file) throw new ConnectorError('rejected', both('WhatsApp 已没有这个文件，请在手机上查看', 'WhatsApp does not have this file any more; look on the phone'));
      return { name: file.name ?? 'file', type: file.type.replace(/;.*$/, ''), bytes: file.bytes };
    },
    async react(_thread, externalId, emoji) {
      await call({ name: 'react', id: externalId, emoji });
    },
    async edit(_thread, externalId, content) {
      const text = content.text ?? '';
      await live().receive.whileOwn(`edited:${externalId}:${text}`, () => call({ name: 'edit', id: externalId, text }));
    },
    async recall(_thread, externalId) {
      await live().receive.whileOwn(`recalled:${externalId}`, () => call({ name: 'recall', id: externalId }));
    },
    async read(thread) {
      await call({ name: 'seen', chat: await live().threads.chatOf(thread) });
    },
    async typing(thread, typing) {
      await call({ name: 'typing', chat: await live().threads.chatOf(thread), typing });
    },
    async act(action, input) {
      const { supervisor } = live();
      switch (action) {
        case 'pairing-code': {
          const phone = (input['phone'] ?? '').replaceAll(/\D/g, '');
          if (phone.length < 7 || phone.length > 15) throw new ConnectorError('rejected', both('请填写带国家区号的电话号码，例如 +86 138 0000 0000。', 'Give the phone number with its country code, e.g. +86 138 0000 0000.'));
          const code = await supervisor.pairingCode(phone);
          const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
          return both(`三分钟内在手机上输入 ${shown}：已关联设备 > 关联设备 > 改用电话号码关联。`, `Type ${shown} on the phone within three minutes: Linked devices > Link a device > Link with phone number instead.`);
        }
        case 'restart': await supervisor.restart(); return both('WhatsApp 网页版正在重新启动。', 'WhatsApp Web is started again.');
        case 'sign-out': await supervisor.signOut(); return both('此设备已退出登录，稍后显示新的二维码。', 'This device is signed out. A new code will be shown.');
        default: throw new ConnectorError('rejected', both(`没有操作“${action}”。`, `There is no action "${action}".`));
      }
    },
    async test() {
      const name = both('浏览器', 'Browser');
      const browser = await findBrowser(config.browserPath).then((path) => ({ name, ok: true, detail: path }), (error: unknown) => ({ name, ok: false, detail: wordsOf(error) }));
      const phase = running?.supervisor.phase() ?? 'stopped';
      const state = phase === 'ready' ? await call({ name: 'state' }).catch(() => null) : null;
      return [
        browser,
        { name: both('手机已关联', 'Phone linked'), ok: phase === 'ready', ...(phase !== 'ready' && { detail: phase === 'code' ? both('请用手机扫描此页的二维码。', 'Scan the code on this page with the phone.') : both('会话没有运行，请查看渠道状态。', 'The session is not running; look at the channel\'s state.') }) },
        { name: both('连接', 'Connection'), ok: state === 'CONNECTED', ...(state !== 'CONNECTED' && { detail: both('WhatsApp 暂时没有答复。', 'WhatsApp does not answer at the moment.') }) },
      ];
    },
  };
}
