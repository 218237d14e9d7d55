import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { changePerson, createPerson } from '../people/change.ts';
import { PersonInput, Role, TokenInput } from '../people/schema.ts';
import { createToken } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import { answer, note, type WithReach } from './reach.ts';

const role = () => new Option('--role <role>', 'what they may do').choices(Role.options).default('agent');
const password = () => new Option('--password <password>', 'made for you when absent');
const made = () => randomBytes(12).toString('base64url');

/** `token create`, `user create`, `user reset`. */
export function peopleCommands(program: Command, withReach: WithReach): void {
  const token = program.command('token').description('tokens for programs that call the API');
  token.command('create').description('make a token; it is printed alone on the last line, and never again')
    .requiredOption('--name <name>', 'who will use it').addOption(role())
    .action(async (options: unknown) => {
      const { name, role: granted } = TokenInput.parse(options);
      const { token: secret } = await withReach((reach) => createToken(reach, name, granted));
      note(`A token for ${name}, who is ${granted} with it:`);
      answer(secret);
    });

  const user = program.command('user').description('people who sign in');
  user.command('create').description('take somebody on')
    .requiredOption('--name <name>').requiredOption('--email <email>').addOption(role()).addOption(password())
    .option('--locale <locale>', 'zh-CN or en', 'zh-CN')
    .action(async (options: Record<string, unknown>) => {
      const input = PersonInput.parse({ ...options, password: options['password'] ?? made() });
      const person = await withReach((reach) => createPerson(reach, input));
      note(`${person.name} <${person.email}> is ${person.role}. Password:`);
      answer(input.password);
    });
  user.command('reset').description('give somebody a new password and end their sessions')
    .argument('<email>').addOption(password())
    .action(async (email: string, options: { password?: string }) => {
      const secret = PersonInput.shape.password.parse(options.password ?? made());
      await withReach(async (reach) => {
        const found = await reach.store.people.findByEmail(email);
        if (!found) throw new Problem('not-found', `Nobody here has the address ${email}.`);
        await changePerson(reach, found.person.id, { password: secret, disabled: false });
      });
      note(`The new password of ${email}:`);
      answer(secret);
    });
}
