import { clearSession, setSession } from '../http/auth.ts';
import { countSignIn, forgetSignIns } from '../http/limits.ts';
import { open, personal, route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { changeOwn, changePerson, createPerson } from './change.ts';
import { OffFor, OwnChange, OwnPassword, PersonChange, PersonInput, Setup, SignIn, StateInput, StateSettingsInput, StatesQuery, TokenInput } from './schema.ts';
import { setUp, setupNeeded } from './setup.ts';
import { changePassword, createToken, signIn } from './sign-in.ts';
import { chooseState, keptStateSettings, leaveOut, saveStateSettings, setState, statesOf } from './states.ts';

const address = (ip: string | undefined) => ip ?? 'unknown';

export const peopleRoutes = [
  open({ method: 'get', path: '/setup', summary: 'Whether the first admin has still to be made', run: async ({ hub }) => ({ needed: await setupNeeded(hub) }) }),
  open({
    method: 'post', path: '/setup', summary: 'Make the first admin with the one-time link', body: Setup, status: 201,
    async run({ hub, body, request, response }) {
      await countSignIn(address(request.ip), 'setup');
      const { person, secret } = await setUp(hub, body);
      setSession(response, hub.publicUrl, secret);
      return { user: person };
    },
  }),
  open({
    method: 'post', path: '/session', summary: 'Sign in; answers with a session cookie', body: SignIn,
    async run({ hub, body, request, response }) {
      await countSignIn(address(request.ip), body.email);
      const { person, secret } = await signIn(hub, body);
      await forgetSignIns(address(request.ip), body.email);
      setSession(response, hub.publicUrl, secret);
      return { user: person };
    },
  }),
  personal({ method: 'get', path: '/session', summary: 'Who is signed in', run: async ({ caller }) => ({ user: caller.person, setupNeeded: false, locales: ['zh-CN', 'en'] }) }),
  personal({
    method: 'delete', path: '/session', summary: 'Sign out',
    async run({ hub, caller, response }) {
      await hub.store.people.closeSession(caller.session);
      hub.events.emit('signed-out', { personId: caller.id, session: caller.session });
      await setState(hub, caller.id, 'offline', null, { kind: 'agent', id: caller.id });
      clearSession(response, hub.publicUrl);
    },
  }),
  personal({ method: 'patch', path: '/me', summary: 'Change one\'s own name, language and preferences', body: OwnChange, run: ({ hub, caller, body }) => changeOwn(hub, caller.id, body) }),
  personal({
    method: 'put', path: '/me/password', summary: 'Change one\'s own password; every other session ends', body: OwnPassword, status: 204,
    run: ({ hub, caller, body }) => changePassword(hub, caller, body),
  }),
  personal({ method: 'post', path: '/me/state', summary: 'Say whether one takes work', body: StateInput, run: ({ hub, caller, body }) => chooseState(hub, caller, caller.id, body) }),
  personal({ method: 'put', path: '/me/off-for', summary: 'Kinds of channels of which one is offered nothing', body: OffFor, run: ({ hub, caller, body }) => leaveOut(hub, caller, body.offFor) }),

  route('agent', { method: 'get', path: '/people', summary: 'Everybody who works here', run: async ({ hub }) => ({ items: (await hub.store.people.list()).map(person => ({ ...person, load: hub.load(person.id) })) }) }),
  route('admin', { method: 'post', path: '/people', summary: 'Take somebody on', body: PersonInput, status: 201, run: ({ hub, body }) => createPerson(hub, body) }),
  route('admin', { method: 'patch', path: '/people/:id', summary: 'Change somebody\'s role, skills, capacity or password', body: PersonChange, run: ({ hub, params, body }) => changePerson(hub, params['id'] ?? '', body) }),

  route('agent', { method: 'get', path: '/state-settings', summary: 'Reasons of states, which states ask for one, and when somebody idle is away', run: ({ hub }) => keptStateSettings(hub) }),
  route('admin', {
    method: 'put', path: '/state-settings', summary: 'Change them; 409 when somebody saved since', body: StateSettingsInput,
    run: ({ hub, body, caller: { id, name } }) => saveStateSettings(hub, body, { id, name }),
  }),
  route('supervisor', { method: 'post', path: '/people/:id/state', summary: 'Set somebody\'s state; the log names who did', body: StateInput, run: ({ hub, params, caller, body }) => chooseState(hub, caller, params['id'] ?? '', body) }),
  route('agent', {
    method: 'get', path: '/people/:id/states', summary: 'Somebody\'s states as times, of at most 31 days; agents see their own', query: StatesQuery,
    run: async ({ hub, params, caller, query }) => ({ items: await statesOf(hub, caller, params['id'] ?? '', query) }),
  }),

  route('admin', { method: 'get', path: '/tokens', summary: 'API tokens, without their secrets', run: async ({ hub }) => ({ items: await hub.store.people.listTokens() }) }),
  route('admin', { method: 'post', path: '/tokens', summary: 'Make an API token; the secret is shown this once', body: TokenInput, status: 201, run: ({ hub, body }) => createToken(hub, body.name, body.role) }),
  route('admin', {
    method: 'delete', path: '/tokens/:id', summary: 'Withdraw an API token',
    async run({ hub, params }) { if (!await hub.store.people.removeToken(params['id'] ?? '')) throw new Problem('not-found', 'There is no such token.'); },
  }),
];
