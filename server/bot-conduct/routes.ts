import { route } from '../http/route.ts';
import { check } from './check.ts';
import { conductOf, setConduct } from './conduct.ts';
import { ConductCheck, ConductInput } from './schema.ts';

/** Tone, rules, forbidden topics, promises, personal data. */
export const conductRoutes = [
  route('supervisor', { method: 'get', path: '/bot/conduct', summary: 'How the bot is to behave, as it was saved last; `waits`: customers hear of it with the next release', run: ({ hub }) => conductOf(hub) }),
  route('supervisor', { method: 'put', path: '/bot/conduct', summary: 'Set it; 409 when somebody saved since', body: ConductInput, run: ({ hub, body, caller: { id, name } }) => setConduct(hub, body, { id, name }) }),
  route('supervisor', { method: 'post', path: '/bot/conduct/check', summary: 'What a text would run into; with the question it answers, promises are looked for in what is known', body: ConductCheck, run: ({ hub, body }) => check(hub, body) }),
];
