/** Keeps one session alive: starts it, watches it, starts it again by the ladder, and stops trying in the end. */
import { ConnectorError, inLanguage, wordsOf, type Health, type Inbox, type Words } from '../connector.ts';
import { browserArgs, endBrowser, findBrowser } from './browser.ts';
import { afterFailure, judge, type Ladder, type LadderRules, type Watch, type WatchRules } from './ladder.ts';
import type { Profile } from './profile.ts';
import type { Command, Launch, Notice } from './protocol.ts';
import type { OpenProcess, SessionProcess } from './session-process.ts';
import { both, ends, lights } from './words.ts';

/** Times and limits; tests take shorter ones. */
export type Pace = { ladder: LadderRules; watch: WatchRules; beatMs: number; /** An open breaker lets one start through so often. */ probeMs: number; answerMs: number; stopMs: number };

/** How it runs in production. */
export const usualPace: Pace = {
  ladder: { backOffMs: [1_000, 5_000, 15_000, 60_000, 120_000], failures: 5, withinMs: 30 * 60_000, cleanFrom: 3 },
  watch: { startMs: 120_000, misses: 2, awayMs: 5 * 60_000, codeMs: 10 * 60_000 },
  probeMs: 60 * 60_000, beatMs: 15_000, answerMs: 10_000, stopMs: 15_000,
};

/** What a browser is opened with beside our own arguments: a stored page, further arguments. */
export type Launching = Pick<Launch, 'takeOver' | 'webCache'> & { browserPath?: string; browserArgs?: string[] };

type Parts = {
  profile: Profile; launching: Launching; open: OpenProcess; pace: Pace; log: Inbox['log'];
  onNotice(notice: Notice): void; onHealth(health: Health): void; now?: () => number;
};

export type Supervisor = ReturnType<typeof supervise>;

/** Starts supervising at once; `stop` ends the browser cleanly and seals the profile. */
export function supervise({ profile, launching, open, pace, log, onNotice, onHealth, now = Date.now }: Parts) {
  let running: SessionProcess | null = null;
  let watch: Watch = { phase: 'starting', since: now(), misses: 0, awaySince: null };
  let ladder: Ladder = [];
  let stopping = false;
  let codes = 0;
  let pairing = false;
  /** Signed out while nothing ran. */
  let forget = false;
  /** A person ended the wait. */
  let pressed = false;
  /** Why the session that ends now ends. */
  let ending: { why: Extract<Notice, { event: 'gone' }>['why'] | 'unwanted' | 'asked'; words: Words } | null = null;
  let wake: () => void = () => undefined;

  const enter = (phase: Watch['phase']): void => { watch = { phase, since: phase === watch.phase ? watch.since : now(), misses: 0, awaySince: null }; };
  const seconds = (count: number): Date => new Date(now() + count * 1000);
  /** Sleeps until the time is over, or somebody wants a session. */
  const sleep = (milliseconds: number | null): Promise<void> => new Promise((resolve) => {
    const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
    wake = () => { clearTimeout(timer); resolve(); };
    if (stopping) wake();
  });

  function hear(notice: Notice): void {
    switch (notice.event) {
      case 'browser': void profile.noteBrowser(notice.pid).catch(() => undefined); break;
      case 'qr':
        if (pairing) break;
        codes += 1;
        enter('code');
        // The first code of WhatsApp lives a minute, the next ones twenty seconds.
        onHealth({ state: 'waiting', detail: { message: lights.scan, qr: notice.qr, until: seconds(codes === 1 ? 60 : 20) } });
        break;
      case 'code': if (pairing) showCode(notice.code); break;
      case 'authenticated': pairing = false; enter('starting'); onHealth({ state: 'degraded', detail: { message: lights.loading } }); break;
      case 'loading': if (watch.phase === 'starting') watch.since = now(); break;
      case 'ready': codes = 0; enter('ready'); onHealth({ state: 'ready' }); break;
      case 'state': if (watch.phase === 'ready') connection(notice.state); break;
      case 'gone': ending ??= { why: notice.why, words: notice.words }; break;
      default:
    }
    onNotice(notice);
  }

  /** WhatsApp makes a new one every three minutes. */
  function showCode(code: string): void {
    enter('code');
    onHealth({ state: 'waiting', detail: { message: lights.type, code, until: seconds(180) } });
  }

  function connection(state: string | null): void {
    const away = state !== 'CONNECTED';
    if (away && watch.awaySince === null) {
      watch.awaySince = now();
      onHealth({ state: 'degraded', detail: { message: state === 'CONFLICT' ? lights.elsewhere : both(`WhatsApp 没有答复（${state ?? '无状态'}）；手机或网络可能离线。`, `WhatsApp does not answer (${state ?? 'no state'}); the phone or the network may be away.`) } });
    } else if (!away && watch.awaySince !== null) {
      watch.awaySince = null;
      onHealth({ state: 'ready' });
    }
  }

  async function beat(session: SessionProcess): Promise<void> {
    try {
      const state = await session.call({ name: 'state' }, pace.answerMs);
      if (session !== running) return;
      watch.misses = 0;
      if (watch.phase === 'ready') connection(typeof state === 'string' ? state : null);
    } catch {
      // A page that is still opening cannot say.
      if (session === running && watch.phase !== 'starting') watch.misses += 1;
    }
    if (session !== running || ending) return;
    const verdict = judge(watch, now(), pace.watch);
    if (verdict === null) return;
    ending = { why: verdict === 'unwanted' ? 'unwanted' : 'browser', words: ends[verdict] };
    if (verdict === 'unwanted') void session.call({ name: 'stop' }, pace.stopMs).catch(() => session.kill());
    else session.kill();
  }

  /** Runs one session from start to end. */
  async function session(browserPath: string): Promise<void> {
    ending = null;
    codes = 0;
    pairing = false;
    watch = { phase: 'starting', since: now(), misses: 0, awaySince: null };
    const lostLogin = await profile.open();
    if (lostLogin) log.warn({}, inLanguage(lostLogin, 'en'));
    if (stopping) return;
    onHealth({ state: 'degraded', detail: { message: lostLogin ?? lights.starting } });
    let browserPid = 0;
    const made = open((notice) => {
      if (notice.event === 'browser') browserPid = notice.pid;
      hear(notice);
    }, (text) => log.warn({ text }, 'the WhatsApp session said'));
    running = made;
    const beats = setInterval(() => void beat(made), pace.beatMs);
    try {
      await made.call({ name: 'launch', launch: { ...launching, folder: profile.path, browserPath, browserArgs: [...browserArgs(), ...launching.browserArgs ?? []] } }).catch((error: unknown) => {
        ending ??= { why: 'refused', words: wordsOf(error) };
        made.kill();
      });
      await made.ended;
    } finally {
      clearInterval(beats);
      running = null;
      if (browserPid) await endBrowser(browserPid, profile.path);
    }
  }

  async function rest(health: Health, probeMs: number | null = null): Promise<void> {
    ladder = [];
    // Somebody may press the button while the profile is being sealed.
    const woken = sleep(probeMs).then(() => { if (!pressed && probeMs !== null) ladder = Array.from({ length: pace.ladder.failures }, () => now()); });
    pressed = false;
    onHealth(health);
    await profile.close();
    await woken;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      if (forget) await profile.wipe();
      forget = false;
      const browserPath = await findBrowser(launching.browserPath).catch((error: unknown) => ({ words: wordsOf(error) }));
      if (typeof browserPath !== 'string') {
        await rest({ state: 'down', detail: { message: browserPath.words } });
        continue;
      }
      let words = ends.process;
      try {
        await session(browserPath);
      } catch (error) {
        words = wordsOf(error);
      }
      if (stopping) break;
      const why = ending?.why;
      words = ending?.words ?? words;
      log.warn({ why, words }, 'a WhatsApp session ended');
      if (why === 'asked') continue;
      if (why === 'signed-out') { await profile.wipe(); continue; }
      if (why === 'unwanted') { await rest({ state: 'waiting', detail: { message: lights.unwanted } }); continue; }
      if (why === 'conflict') { await rest({ state: 'down', detail: { message: both(`${inLanguage(words, 'zh-CN')}请在那里关闭，然后点击“重新启动”。`, `${inLanguage(words, 'en')} Close it there, then press "Restart".`) } }); continue; }
      const next = afterFailure(ladder, now(), pace.ladder);
      ladder = next.ladder;
      if (next.rung.kind === 'open') {
        await rest({ state: 'down', detail: { message: both(
          `WhatsApp 网页版已失败 ${ladder.length} 次，不再重试。最后的原因：${inLanguage(words, 'zh-CN')}。请确认手机在线、设备仍已关联，再点击“重新启动”；若无效，请退出登录后重新关联。`,
          `WhatsApp Web failed ${ladder.length} times and is not tried any more. Last reason: ${inLanguage(words, 'en')}. Look whether the phone is online and the device still linked, then press "Restart"; if that does not help, sign out and link again.`,
        ) } }, pace.probeMs);
        continue;
      }
      onHealth({ state: 'degraded', detail: { message: brokeFor(words, Math.ceil(next.rung.inMs / 1000)) } });
      await sleep(next.rung.inMs);
      if (next.rung.clean && !stopping) await profile.clean().catch(() => undefined);
    }
    await profile.close();
  }

  const finished = run().catch((error: unknown) => onHealth({ state: 'down', detail: { message: both(`无法使用会话文件：${inLanguage(wordsOf(error), 'zh-CN')}`, `The session's files cannot be used: ${inLanguage(wordsOf(error), 'en')}`) } }));
  const end = async (session: SessionProcess): Promise<void> => {
    await session.call({ name: 'stop' }, pace.stopMs).catch(() => undefined);
    const late = setTimeout(() => session.kill(), pace.stopMs);
    await session.ended;
    clearTimeout(late);
  };

  return {
    /** The signed-in session; throws when there is none. */
    call(command: Command, waitMs?: number): Promise<unknown> {
      if (watch.phase === 'code' && running) throw new ConnectorError('signed-out', both('此渠道没有关联手机：请扫描渠道页面上的二维码', 'no phone is linked to this channel; scan the code on its page'));
      if (!running || watch.phase !== 'ready' || watch.awaySince !== null) throw new ConnectorError('unreachable', both('网页版暂时连不上 WhatsApp', 'WhatsApp Web is not connected at the moment'));
      return running.call(command, waitMs);
    },
    /** A code to type on the phone instead of scanning. */
    async pairingCode(phone: string): Promise<string> {
      if (!running || watch.phase !== 'code') throw new ConnectorError('rejected', watch.phase === 'ready' ? both('已关联手机：请先退出登录。', 'A phone is linked already; sign out first.') : both('WhatsApp 网页版尚未就绪：请数秒后再试。', 'WhatsApp Web is not ready for a code yet; try again in some seconds.'));
      pairing = true;
      const code = await running.call({ name: 'pairing-code', phone }).catch((error: unknown) => { pairing = false; throw error; });
      if (typeof code !== 'string' || !code) throw new ConnectorError('rejected', both('WhatsApp 没有给出代码：请核对号码后再试。', 'WhatsApp gave no code; look at the number and try again.'));
      showCode(code);
      return code;
    },
    /** Closes the breaker and starts anew. */
    async restart(): Promise<void> {
      ladder = [];
      if (running) {
        ending = { why: 'asked', words: ends.asked };
        await end(running);
      } else {
        pressed = true;
        wake();
      }
    },
    /** Tells the phone, forgets the login, and shows a new code. */
    async signOut(): Promise<void> {
      const session = running;
      if (session) {
        ending = { why: 'signed-out', words: ends.here };
        await session.call({ name: 'sign-out' }).catch((error: unknown) => log.warn({ words: wordsOf(error) }, 'the phone was not told of the sign-out'));
        await end(session);
      } else {
        forget = true;
        pressed = true;
        wake();
      }
    },
    async stop(): Promise<void> {
      stopping = true;
      wake();
      if (running) await end(running);
      await finished;
    },
    phase: (): Watch['phase'] | 'stopped' => (running ? watch.phase : 'stopped'),
  };
}

const brokeFor = (words: Words, seconds: number): Words =>
  both(`会话中断（${inLanguage(words, 'zh-CN')}），${seconds} 秒后重新启动。`, `The session broke (${inLanguage(words, 'en')}); it is started again in ${seconds} s.`);
