/** A real Postfix and Dovecot on free loopback ports, without systemd. Needs root, as Postfix does. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile, chown } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { dovecotConf, mainCf, masterCf, oauthConf, type Plan } from './configuration.ts';

/** Running mail servers. Every address @hub.test and @example.test is a mailbox with this password. */
export type MailServers = {
  host: '127.0.0.1';
  ports: Plan['ports'];
  password: string;
  /** PEM of the self-signed certificate (localhost, 127.0.0.1). */
  certificate: string;
  directory: string;
  /** Hands a raw mail to Postfix by SMTP, as a stranger's server would; resolves when it is accepted. */
  deliver(raw: string | Uint8Array, to: string | string[], from?: string): Promise<void>;
  /** Raw mails in a mailbox, oldest first. */
  read(user: string, mailbox?: string): Promise<Buffer[]>;
  /** Dovecot (IMAP and LMTP) goes away; Postfix keeps accepting and queues. */
  stopDovecot(): Promise<void>;
  startDovecot(): Promise<void>;
  /** Postfix forgets nothing, but stops listening. */
  stopPostfix(): Promise<void>;
  startPostfix(): Promise<void>;
  /** Gives the user's INBOX a new UIDVALIDITY and new UIDs, as a restored server would. */
  renumber(user: string): Promise<void>;
  /** Milliseconds of processor time that Dovecot has used so far. */
  dovecotCpu(): Promise<number>;
  /** Last lines of both logs, for a test that failed. */
  logs(): Promise<string>;
  stop(): Promise<void>;
};

/** Starts both servers in a directory of their own; takes about a second. */
export async function startMailServers(options: Pick<Plan, 'introspectionUrl'> = {}): Promise<MailServers> {
  if (process.getuid?.() !== 0) throw new Error('Postfix needs root: run the mail tests as root');
  const directory = await mkdtemp(join(tmpdir(), 'hub-mail-'));
  const [imap = 0, imaps = 0, lmtp = 0, smtp = 0, submission = 0, smtps = 0, clear = 0] = await freePorts(7);
  const plan: Plan = { ...options, directory, domains: ['hub.test', 'example.test'], password: 'correct-horse-battery', ports: { imap, imaps, lmtp, smtp, submission, smtps, clear } };
  await layOut(plan);

  const dovecot = join(directory, 'dovecot.conf');
  const masterPid = async (): Promise<number | null> =>
    readFile(join(directory, 'dovecot/master.pid'), 'utf8').then((text) => Number(text.trim()) || null, () => null);
  let running = false;

  const servers: MailServers = {
    host: '127.0.0.1', ports: plan.ports, password: plan.password, directory,
    certificate: await readFile(join(directory, 'cert.pem'), 'utf8'),
    async deliver(raw, to, from = 'customer@example.test') {
      const transport = createTransport({ host: '127.0.0.1', port: smtp, ignoreTLS: true, name: 'mx.example.test' });
      await transport.sendMail({ envelope: { from, to }, raw: Buffer.from(raw) });
      transport.close();
    },
    read: (user, mailbox = 'INBOX') => readMaildir(join(directory, 'mail', user.toLowerCase(), 'Maildir', mailbox === 'INBOX' ? '.' : `.${mailbox}`)),
    async stopDovecot() {
      const pid = await masterPid();
      if (pid === null) return;
      const sessions = await childrenOf(pid);
      process.kill(pid, 'SIGTERM');
      await until(() => !alive(pid), 'Dovecot to stop');
      // Sessions of its clients outlive the master for a while: a server that is gone must be gone.
      for (const session of sessions) if (alive(session)) process.kill(session, 'SIGKILL');
      await until(() => !sessions.some(alive), 'the sessions to end');
    },
    async startDovecot() {
      await run('dovecot', ['-c', dovecot]);
      await Promise.all([listening(imap), listening(imaps), listening(lmtp)]);
      if (running) await run('postqueue', ['-c', join(directory, 'postfix'), '-f']);
    },
    async stopPostfix() { await run('postfix', ['-c', join(directory, 'postfix'), 'stop']); },
    async startPostfix() {
      await run('postfix', ['-c', join(directory, 'postfix'), 'start']);
      await Promise.all([listening(smtp), listening(submission), listening(smtps), listening(clear)]);
    },
    async renumber(user) {
      await servers.stopDovecot();
      const maildir = join(directory, 'mail', user.toLowerCase(), 'Maildir');
      for (const name of await readdir(maildir)) if (name.startsWith('dovecot')) await rm(join(maildir, name), { recursive: true });
      // Dovecot takes the second of creation as the new UIDVALIDITY.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await servers.startDovecot();
    },
    async dovecotCpu() {
      const pid = await masterPid();
      const stats = await Promise.all((pid === null ? [] : await childrenOf(pid)).map((child) => readFile(`/proc/${child}/stat`, 'utf8').catch(() => '')));
      // utime and stime, in ticks of 10 ms.
      return stats.reduce((sum, text) => sum + text.slice(text.lastIndexOf(')')).split(' ').slice(12, 14).reduce((both, ticks) => both + Number(ticks) * 10, 0), 0);
    },
    async logs() {
      const texts = await Promise.all(['dovecot.log', 'postfix.log'].map((name) => readFile(join(directory, name), 'utf8').catch(() => '')));
      return texts.map((text) => text.split('\n').slice(-30).join('\n')).join('\n---\n');
    },
    async stop() {
      await servers.stopPostfix().catch(() => undefined);
      await servers.stopDovecot();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await servers.startDovecot();
    await servers.startPostfix();
    running = true;
  } catch (error) {
    const logs = await servers.logs();
    await servers.stop();
    throw new Error(`the mail servers did not start\n${logs}`, { cause: error });
  }
  return servers;
}

async function layOut(plan: Plan): Promise<void> {
  const { directory } = plan;
  await chmod(directory, 0o755);
  for (const name of ['dovecot', 'state', 'mail', 'queue', 'queue/private', 'data', 'postfix']) await mkdir(join(directory, name), { recursive: true });
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')]);
  await own(join(directory, 'mail'), 'mail');
  await own(join(directory, 'data'), 'postfix');
  await own(join(directory, 'queue/private'), 'postfix');
  await writeFile(join(directory, 'dovecot.conf'), dovecotConf(plan));
  await writeFile(join(directory, 'oauth2.conf'), oauthConf(plan));
  await writeFile(join(directory, 'postfix/main.cf'), mainCf(plan));
  await writeFile(join(directory, 'postfix/master.cf'), masterCf(plan));
}

async function own(path: string, user: string): Promise<void> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${user}: are postfix and dovecot installed?`);
  await chown(path, Number(uid), Number(gid));
}

/** Without pipes: daemons would inherit them and the caller would wait for ever. */
function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.once('error', (cause) => reject(new Error(`${command} cannot run; is it installed?`, { cause })));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))));
  });
}

async function readMaildir(path: string): Promise<Buffer[]> {
  const files: { name: string; path: string }[] = [];
  for (const folder of ['new', 'cur']) {
    const names = await readdir(join(path, folder)).catch(() => []);
    files.push(...names.map((name) => ({ name, path: join(path, folder, name) })));
  }
  // Names start with the second, then M and the microsecond of the delivery.
  const moment = (name: string): number => Number(/^\d+/.exec(name)?.[0] ?? 0) * 1e6 + Number(/\.M(\d+)/.exec(name)?.[1] ?? 0);
  files.sort((a, b) => moment(a.name) - moment(b.name));
  // A mail server may move a file from new to cur while we look.
  const mails = await Promise.all(files.map((file) => readFile(file.path).catch(() => null)));
  return mails.some((mail) => mail === null) ? readMaildir(path) : mails.filter((mail) => mail !== null);
}

/** Below the ephemeral range: there a stranger's TIME_WAIT may hold the port when the server comes back. */
async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await free(port)) found.add(port);
  }
  return [...found];
}

const free = (port: number): Promise<boolean> => new Promise((resolve) => {
  const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
});

const listening = (port: number): Promise<void> => until(() => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1').once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
}), `port ${port}`);

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 15_000; !(await condition());) {
    if (performance.now() > end) throw new Error(`waited 15 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').then((text) => Number(text.slice(text.lastIndexOf(')')).split(' ')[2]), () => 0)));
  return pids.filter((_, index) => parents[index] === parent);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
