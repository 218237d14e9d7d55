import type { Channel } from './channels/schema.ts';
import type { Config } from './config.ts';
import type { DemoSignIn } from './demo/house.ts';

type Facts = { config: Config; version: string; setupToken: string | null; channels: Channel[]; embedded: boolean; demo: DemoSignIn | null; simulated: boolean };

/** What whoever started it wants to know first. */
export function welcome({ config, version, setupToken, channels, embedded, demo, simulated }: Facts): void {
  const url = config.publicUrl;
  const chat = channels.find(channel => channel.kind === 'webchat' && channel.enabled);
  const rows = [
    ['Console', url],
    ...(setupToken ? [['First admin', `${url}/setup#token=${setupToken}`, '(works once)']] : []),
    ...(demo ? [['Demo sign-in', `${demo.email}  ${demo.password}`, '(shown this once; npm run hub -- demo off removes the demo)']] : []),
    ...(config.demo ? [['Demo channels', simulated ? 'WhatsApp, WeChat and SMS are played on this machine: nothing leaves it, no account is needed; the mailbox is off, as there is no mail server' : 'without WhatsApp, WeChat and SMS: test/simulators, which plays them, is not installed here']] : []),
    ...(config.demo && !demo ? [['Demo', 'is there already', '(its password was shown once; a new one: npm run hub -- user reset demo@hubbub.example)']] : []),
    ['Widget demo', chat ? `${url}/demo?channel=${chat.id}` : `${url}/demo`, ...(chat ? [] : ['(connect a web-chat channel first)'])],
    ['API', `${url}/docs`],
    ['Data', embedded ? config.dataDir : 'MongoDB of MONGODB_URI', ...(embedded ? ['(embedded MongoDB: for trying out and small teams)'] : [])],
  ];
  process.stdout.write(`\n  Hubbub ${version} is running\n\n${rows.map(([name = '', ...rest]) => `  ${name.padEnd(14)} ${rest.join(' ')}`).join('\n')}\n\n`);
}
