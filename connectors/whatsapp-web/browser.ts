/** Finds a Chromium, and ends one that outlived its session. */
import { access, constants, readFile } from 'node:fs/promises';
import { ConnectorError } from '../connector.ts';
import { both } from './words.ts';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/snap/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** What we start every browser with. No sandbox for root only: Chromium refuses to start otherwise. */
export const browserArgs = (): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** The browser to use. Throws words for the channel's page when there is none. */
export async function findBrowser(wanted?: string): Promise<string> {
  for (const path of wanted ? [wanted] : usual) {
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  throw new ConnectorError('rejected', wanted ? both(`${wanted} 处没有 Chromium：请更正设置“Chromium 路径”。`, `There is no Chromium at ${wanted}; correct the setting "Path of Chromium".`)
    : both('没有找到 Chromium。请安装（Debian：apt-get install chromium），或填写“Chromium 路径”。', 'No Chromium was found. Install it (Debian: apt-get install chromium), or set "Path of Chromium".'));
}

/** Ends a browser and its children, if the process is one that has this folder open. */
export async function endBrowser(pid: number, folder: string): Promise<void> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes(folder)) return;
  // The browser leads a process group of its own.
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}
