/** A personal WeChat account: the glue between the process of wechaty and the hub. */
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectorError, type Connector, type Inbox } from '../connector.ts';
import { healthOf, type Known } from './health.ts';
import { identities, type Identities } from './identities.ts';
import { incoming, type Incoming } from './incoming.ts';
import type { Config } from './manifest.ts';
import { failureOf, outgoing, type Outgoing } from './outgoing.ts';
import { type Call, FileAnswer, Person, type Report, SentAnswer } from './protocol.ts';
import { sends } from './sends.ts';
import { steady, supervise, type Pace, type Supervisor } from './supervisor.ts';
import { both } from './words.ts';

type Running = { inbox: Inbox; people: Identities; out: Outgoing; into: Incoming; child: Supervisor };
/** For tests: the process id of wechaty. */
export type WechatPersonal = Connector & { pid(): number | undefined };

/** @param namespace of this channel's addresses  @param pace for tests */
export function wechatPersonalConnector(config: Config, namespace: string, pace: Pace = steady): WechatPersonal {
  const known: Known = { line: 'starting', message: '' };
  const ours = sends();
  let running: Running | undefined;
  let stopped = false;
  let lastLight = '';
  /** Services quote the token in their refusals. */
  const safe = (text: string): string => text.replaceAll(config.token, '***');

  function change(news: Partial<Known>): void {
    Object.assign(known, news);
    const health = healthOf({ ...known, message: safe(known.message) }, Date.now());
    const light = JSON.stringify(health);
    if (light !== lastLight) running?.inbox.health(health);
    lastLight = light;
  }

  async function call(what: Call): Promise<unknown> {
    if (!running) throw new ConnectorError('unreachable', both('渠道没有运行', 'the channel is not running'));
    try {
      return await running.child.call(what);
    } catch (error) {
      if (error instanceof Error) error.message = safe(error.message);
      throw error;
    }
  }

  function hear(report: Report): void {
    if (!running) return;
    const { inbox, into, people } = running;
    switch (report.type) {
      case 'line':
        if (report.state === 'connected') change({ line: 'connected', message: '', code: undefined, awaySince: undefined });
        // Who is signed in is told anew by the next line.
        else change({ line: 'away', message: report.message, code: report.code ?? undefined, awaySince: known.awaySince ?? Date.now(), account: undefined, scan: undefined });
        return;
      case 'scan': return change({ scan: { status: report.status, qr: report.qr, at: Date.now() }, account: undefined });
      case 'login':
        people.newLogin();
        return change({ account: { id: report.id, name: report.name }, scan: undefined, signedOut: undefined });
      case 'logout': return change({ account: undefined, scan: undefined, signedOut: safe(report.reason) });
      case 'message': return into.message(report.message);
      case 'unloadable': return into.unloadable(report.id, report.reason);
      case 'friendship': return into.friendship(report.friendship);
      case 'room': return into.room(report.change);
      case 'trouble': return inbox.log.warn({ message: safe(report.message) }, 'wechaty reported a problem');
    }
  }

  /** A person would not answer in the same second either. */
  async function welcome(friendship: { id: string; contactId: string }): Promise<{ id: string; text: string } | null> {
    await call({ do: 'accept', friendship: friendship.id });
    if (!config.greeting) return null;
    await pause(1_000, undefined, { ref: false });
    const flight = ours.begin(`greeting:${friendship.id}`, friendship.contactId, config.greeting);
    try {
      const { id } = SentAnswer.parse(await call({ do: 'send-text', to: friendship.contactId, text: config.greeting }));
      ours.end(flight, id ? { id } : 'nameless');
      return { id: id || `greeting:${friendship.id}`, text: config.greeting };
    } catch (error) {
      ours.end(flight, 'lost');
      throw error;
    }
  }

  function needsAccount(): Running {
    if (!running || known.line !== 'connected') throw new ConnectorError('unreachable', safe(known.message) || both('Puppet Service 未连接', 'the puppet service is not connected'));
    if (!known.account) throw new ConnectorError('signed-out', both('账号已退出登录：请在渠道页面扫码', 'The account is signed out: scan the code on the channel page'));
    return running;
  }

  return {
    async start(inbox) {
      const people = await identities({
        mode: config.identity, namespace, inbox, random: Math.random,
        writeRemark: async (contact, remark) => void await call({ do: 'remark', contact, remark }),
        readRemark: async (id) => Person.parse(await call({ do: 'contact', id })).alias,
        proved: (from, to) => inbox.happened({ externalId: `moved:${from.value}:${to.value}`, thread: from.value, kind: 'moved', from, to }),
      });
      const out = await outgoing({ inbox, ours, call, conversationOf: people.contactOf, limitedMs: pace.limitedMs });
      const into = incoming({
        inbox, config, people, ours, welcome,
        found: (key, externalId) => {
          void out.found(key, externalId).then(() => inbox.receipt({ externalId, key, state: 'delivered' }))
            .catch((error: unknown) => inbox.log.warn({ err: error }, 'a message that came back could not be settled'));
        },
      });
      if (stopped) return;
      const { endpoint, token, tls, caCert, serverName } = config;
      const child = supervise({ endpoint, token, tls, caCert, serverName }, hear, (ending) => {
        inbox.log.warn(ending, 'the process of wechaty ended');
        change({ line: ending.kind === 'resting' ? 'resting' : 'away', message: ending.reason, code: undefined, awaySince: known.awaySince ?? Date.now(), account: undefined, scan: undefined });
      }, pace);
      running = { inbox, people, out, into, child };
      change({});
    },

    async stop() {
      stopped = true;
      const last = running;
      running = undefined;
      await last?.child.stop();
    },

    async send(message) {
      const done = running?.out.whatBecameOf(message.key);
      if (done) return { ...done, state: 'sent' };
      // What was in doubt stays so, whether or not somebody is signed in now.
      if (running && message.again) return await running.out.send(message);
      return await needsAccount().out.send(message);
    },

    async settle(message) {
      const done = running?.out.whatBecameOf(message.key);
      if (done) return done;
      throw new ConnectorError('in-doubt', both('无法向微信查询消息的结果：请在手机上查看', 'WeChat cannot be asked what became of a message: look at the phone'));
    },

    async probe() {
      needsAccount();
      await call({ do: 'ask' }).catch((error: unknown) => { throw failureOf(error); });
    },

    async fetch(ref) {
      needsAccount();
      try {
        return FileAnswer.parse(await call({ do: 'file', id: ref }));
      } catch (error) {
        const { message } = failureOf(error);
        throw new ConnectorError(/expired|not found|no filebox|过期|不存在|被清理/i.test(message) ? 'rejected' : 'unreachable', message, { cause: error });
      }
    },

    async recall(_thread, externalId) {
      const { out } = needsAccount();
      for (const id of out.partsOf(externalId)) {
        const answer = await call({ do: 'recall', id }).catch((error: unknown) => { throw failureOf(error); });
        if (!(answer instanceof Object) || Reflect.get(answer, 'done') !== true) throw new ConnectorError('rejected', both('微信拒绝撤回：超过两分钟的消息不能撤回', 'WeChat refuses: messages older than two minutes cannot be taken back'));
      }
    },

    async act(action) {
      if (action === 'sign-out') {
        needsAccount();
        await call({ do: 'sign-out' }).catch((error: unknown) => { throw failureOf(error); });
        return both('已退出登录，扫码可重新登录', 'Signed out; scan the code to sign in again');
      }
      if (action !== 'reset') throw new ConnectorError('rejected', both(`没有操作“${action}”`, `there is no action "${action}"`));
      await call({ do: 'reset' }).catch(() => running?.child.again());
      return both('正在重新连接', 'Connecting again');
    },

    async test() {
      const pid = running?.child.pid();
      const checks = [{ name: both('wechaty 进程', 'process of wechaty'), ok: pid !== undefined, ...(pid === undefined && { detail: both('未运行，请点击“重新连接”', 'It does not run: press "Connect again"') }) }];
      if (pid === undefined) return checks;
      const answer = await call({ do: 'ask' }).then((value) => Object(value), (error: unknown) => error);
      const connected = known.line === 'connected' && !(answer instanceof Error);
      checks.push({ name: both('Puppet Service 连接', 'line to the puppet service'), ok: connected, ...(!connected && { detail: safe(known.message) || both('检查地址、TLS 和令牌', 'Check the address, TLS and the token') }) });
      if (!connected) return checks;
      const quietMs = Number(Reflect.get(answer, 'heardMsAgo'));
      checks.push({ name: both('事件流', 'event stream'), ok: quietMs < 120_000, detail: both(`${Math.round(quietMs / 1_000)} 秒前有信号`, `heard ${Math.round(quietMs / 1_000)} s ago`) });
      checks.push({ name: both('微信登录', 'signed in to WeChat'), ok: known.account !== undefined, detail: known.account ? known.account.name || known.account.id : both('请扫描二维码', 'Scan the code') });
      return checks;
    },
    pid: () => running?.child.pid(),
  };
}
