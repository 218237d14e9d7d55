/** Starts the session process and talks to it: calls with answers, notices. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConnectorError, type Words } from '../connector.ts';
import { FromSession, type Command, type Notice } from './protocol.ts';
import { both } from './words.ts';

export type SessionProcess = {
  readonly pid: number | undefined;
  /** Rejects with a ConnectorError when the page refuses, does not answer in time, or the process ends. */
  call(command: Command, waitMs?: number): Promise<unknown>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  kill(): void;
};

/** Opens a session process. Nothing secret is in its arguments or its environment. */
export type OpenProcess = (onNotice: (notice: Notice) => void, log: (text: string) => void) => SessionProcess;

const usualWaitMs = 30_000;

/** A plain node child that runs child.ts. `home`: where the browser may put its odds and ends. */
export const nodeChild = (home: string): OpenProcess => (onNotice, log) => {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [], {
    execPath: process.execPath, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Our own environment holds keys of the hub; the browser needs none of it.
    env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', NODE_NO_WARNINGS: '1' },
  });
  let count = 0;
  const waiting = new Map<number, { name: Command['name']; settle(error: ConnectorError | null, answer?: unknown): void }>();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let over = false;

  const finish = (): void => {
    if (over) return;
    over = true;
    for (const { name, settle } of waiting.values()) settle(lost(name, both('WhatsApp 会话已结束', 'the WhatsApp session ended')));
    resolve();
  };
  child.on('exit', finish);
  child.on('error', (error) => { log(error.message); if (child.pid === undefined) finish(); });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log(text.trim().slice(0, 500)));
  child.on('message', (frame) => {
    const heard = FromSession.safeParse(frame);
    if (!heard.success) { log(`the session said something unknown: ${heard.error.issues[0]?.message ?? ''}`); return; }
    if ('notice' in heard.data) { onNotice(heard.data.notice); return; }
    const call = waiting.get(heard.data.reply);
    if ('failure' in heard.data) call?.settle(new ConnectorError(heard.data.failure.kind, heard.data.failure.words));
    else call?.settle(null, heard.data.answer);
  });

  return {
    pid: child.pid,
    ended,
    kill: () => { child.kill('SIGKILL'); },
    call: (command, waitMs = usualWaitMs) => new Promise((done, fail) => {
      if (over || !child.connected) { fail(new ConnectorError('unreachable', both('WhatsApp 会话没有运行', 'the WhatsApp session is not running'))); return; }
      count += 1;
      const id = count;
      const timer = setTimeout(() => waiting.get(id)?.settle(lost(command.name, both('WhatsApp 会话没有及时答复', 'the WhatsApp session did not answer in time'))), waitMs);
      waiting.set(id, {
        name: command.name,
        settle(error, answer) {
          clearTimeout(timer);
          waiting.delete(id);
          if (error) fail(error);
          else done(answer);
        },
      });
      child.send({ call: id, command }, (error) => { if (error) waiting.get(id)?.settle(new ConnectorError('unreachable', both('WhatsApp 会话没有运行', 'the WhatsApp session is not running'))); });
    }),
  };
};

const lost = (name: Command['name'], words: Words): ConnectorError => new ConnectorError(name === 'send' ? 'in-doubt' : 'unreachable', words);
