/** The only file that talks to whatsapp-web.js: commands in, notices out. Runs in the session process. */
import library, { type Client } from 'whatsapp-web.js';
import { ConnectorError, type Words } from '../connector.ts';
import type { Command, Launch, Notice } from './protocol.ts';
import { both, ends } from './words.ts';
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

  const gone = (why: Extract<Notice, { event: 'gone' }>['why'], words: Words): void => {
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
      if (said === 'LOGOUT' || said === 'UNPAIRED') gone('signed-out', ends.phone);
      else if (said === 'CONFLICT') gone('conflict', ends.conflict);
      else gone('refused', both(`WhatsApp 结束了会话：${said}`, `WhatsApp ended the session: ${said}`));
    });
    made.on('auth_failure', (words) => gone('refused', both(`WhatsApp 拒绝了登录：${words}`, `WhatsApp refused the login: ${words}`)));
    reportEvents(made, people, tell);
    // A browser that dies makes no event of the library's.
    const poll = setInterval(() => {
      const browser = made.pupBrowser;
      if (!browser) return;
      clearInterval(poll);
      const pid = browser.process()?.pid;
      if (pid !== undefined) tell({ event: 'browser', pid });
      browser.on('disconnected', () => gone('browser', ends.browser));
    }, browserPollMs);
    made.initialize().then(
      () => { made.pupPage?.on('error', (error) => gone('browser', both(`页面崩溃：${error.message}`, `The page crashed: ${error.message}`))); },
      (error: unknown) => gone('refused', both(`WhatsApp 网页版没有打开：${firstLine(error)}`, `WhatsApp Web did not open: ${firstLine(error)}`)),
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
    explain(command: Command, error: unknown): { kind: 'rejected' | 'unreachable' | 'in-doubt'; words: Words } {
      const said = firstLine(error);
      const words = error instanceof ConnectorError ? error.words : said;
      const lost = /detached|Target closed|Session closed|Protocol error|Connection closed|Execution context|not started|timed out/i.test(said) || closing;
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
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? '';
