/** The only file that talks to whatsapp-web.js: commands in, notices out. Runs in the session process. */
import library, { type Client } from 'whatsapp-web.js';
import type { Command, Launch, Notice } from './protocol.ts';
import { perform } from './perform.ts';
import { reportEvents } from './report.ts';
import { lookUp } from './look-up.ts';

const takeOverMs = 10_000;
const browserPollMs = 50;

/** One account. `tell` reaches the hub. */
export function client(tell: (notice: Notice) => void) {
  let web: Client | null = null;
  let people: ReturnType<typeof lookUp> | null = null;
  let closing = false;

  const gone = (why: Extract<Notice, { event: 'gone' }>['why'], words: string): void => {
    if (closing) return;
    closing = true;
    tell({ event: 'gone', why, words });
  };

  function launch({ folder, browserPath, browserArgs, webCache, takeOver }: Launch): void {
    const made = new library.Client({
      authStrategy: new library.LocalAuth({ dataPath: folder }),
      // Without a cache the library would write the page into the folder the hub was started in.
      ...(webCache ? { webVersion: webCache.version, webVersionCache: { type: 'local', path: webCache.path, strict: true } } : { webVersionCache: { type: 'none' } }),
      authTimeoutMs: 60_000,
      takeoverOnConflict: takeOver,
      takeoverTimeoutMs: takeOverMs,
      // With a pipe the browser ends when this process does, however that ends.
      puppeteer: { executablePath: browserPath, headless: true, args: browserArgs, pipe: true },
    });
    web = made;
    people = lookUp(made);
    made.on('disconnected', (reason) => {
      const said = String(reason);
      if (said === 'LOGOUT' || said === 'UNPAIRED') gone('signed-out', 'The phone signed this device out.');
      else if (said === 'CONFLICT') gone('conflict', 'WhatsApp Web was opened with this login in another browser.');
      else gone('refused', `WhatsApp ended the session: ${said}`);
    });
    made.on('auth_failure', (words) => gone('refused', `WhatsApp refused the login: ${words}`));
    reportEvents(made, people, tell);
    // A browser that dies makes no event of the library's.
    const poll = setInterval(() => {
      const browser = made.pupBrowser;
      if (!browser) return;
      clearInterval(poll);
      const pid = browser.process()?.pid;
      if (pid !== undefined) tell({ event: 'browser', pid });
      browser.on('disconnected', () => gone('browser', 'The browser ended unexpectedly.'));
    }, browserPollMs);
    made.initialize().then(
      () => { made.pupPage?.on('error', (error) => gone('browser', `The page crashed: ${error.message}`)); },
      (error: unknown) => gone('refused', `WhatsApp Web did not open: ${wordsOf(error)}`),
    ).finally(() => clearInterval(poll));
  }

  return {
    async run(command: Command): Promise<unknown> {
      if (command.name === 'launch') return launch(command.launch);
      if (command.name === 'stop') return;
      if (!web || !people) throw new Error('the session is not started');
      if (command.name === 'sign-out') closing = true;
      return perform(web, people, command);
    },
    /** Whether the platform may have acted although an answer is missing. */
    explain(command: Command, error: unknown): { kind: 'rejected' | 'unreachable' | 'in-doubt'; words: string } {
      const words = wordsOf(error);
      const lost = /detached|Target closed|Session closed|Protocol error|Connection closed|Execution context|not started|timed out/i.test(words) || closing;
      if (!lost) return { kind: 'rejected', words };
      return { kind: command.name === 'send' ? 'in-doubt' : 'unreachable', words };
    },
    async close(): Promise<void> {
      closing = true;
      await web?.destroy();
    },
  };
}

/** Errors of the page are sometimes strings. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? '';
