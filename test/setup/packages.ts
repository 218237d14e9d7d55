/** Debian packages that the suites with real parts need, and their installation where we may. */
import { execFile, type ExecFileOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

const run = (program: string, words: string[], options: ExecFileOptions) => new Promise<void>((done, failed) => { execFile(program, words, options, (error) => { if (error) failed(error); else done(); }); });
const APT = '/usr/bin/apt-get';

/** Package -> a file that is there once it is installed. */
const proof = {
  chromium: ['/usr/bin/chromium'],
  'fonts-noto-cjk': ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  'dovecot-core': ['/usr/sbin/dovecot'],
  'dovecot-imapd': ['/usr/lib/dovecot/imap'],
  'dovecot-lmtpd': ['/usr/lib/dovecot/lmtp'],
  postfix: ['/usr/sbin/postfix'],
  openssl: ['/usr/bin/openssl'],
  libcurl4: ['/usr/lib/x86_64-linux-gnu/libcurl.so.4', '/usr/lib/aarch64-linux-gnu/libcurl.so.4'],
} as const;

export type Package = keyof typeof proof;

/** Those of the packages that are not on this machine. */
export const lacking = (packages: readonly Package[]): Package[] => packages.filter((name) => !proof[name].some((file) => existsSync(file)));

/** Installs what is lacking if this is Debian and we are root; returns what is lacking still. */
export async function install(packages: readonly Package[], log: (text: string) => void): Promise<Package[]> {
  const wanted = lacking(packages);
  if (wanted.length === 0 || process.getuid?.() !== 0 || !existsSync(APT)) return wanted;
  log(`Installing ${wanted.join(' ')} ...`);
  const apt = (...words: string[]) => run(APT, ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0', ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 600_000,
  });
  // Services are not to start at installation: the tests run their own.
  const get = () => apt('install', '-y', '--no-install-recommends', ...wanted);
  try {
    // The list of packages may be absent or old: fetched only when it does not do.
    await get().catch(async () => {
      await apt('update');
      await get();
    });
  } catch (error) {
    log(`apt-get failed: ${error instanceof Error ? error.message.trim().split('\n').slice(-3).join(' ') : error}`);
  }
  return lacking(wanted);
}
