/**
 * Any channel without an account: plays a platform, connects it to a running hub and lets you be its customers.
 *   npm run sim -- <kind> --hub http://127.0.0.1:4400 --token hub_...      (npm run hub -- token create --name sim --role admin)
 * Then type `name: words`; answers are printed. Ctrl-C ends it; the channel stays in the hub, without a platform.
 * A hub with the demo in it starts the same program without words, and tells it what to play.
 */
import { parseArgs } from 'node:util';
import { platforms } from './platforms.ts';

const { values, positionals: [kind = ''] } = parseArgs({ allowPositionals: true, options: { hub: { type: 'string', default: 'http://127.0.0.1:4400' }, token: { type: 'string', default: '' } } });
const start = platforms[kind];
if (process.send && !kind) await (await import('./for-a-hub.ts')).playForHub(process);
else if (start && values.token) await (await import('./by-hand.ts')).playByHand(kind, start, { hub: values.hub, token: values.token });
else {
  process.stderr.write(`npm run sim -- <${Object.keys(platforms).join(' | ')}> --hub ${values.hub} --token hub_...\n`);
  process.exit(2);
}
