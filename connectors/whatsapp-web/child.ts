/** The session process: one linked account in one browser. Started by the hub with an IPC channel, and ends when that closes. */
import { client } from './client.ts';
import { ToSession, type Notice } from './protocol.ts';

const tell = (frame: object): void => {
  if (process.connected) process.send?.(frame);
};
const end = async (code: number): Promise<never> => {
  // A browser that hangs must not keep us; the hub ends it by its process id.
  const forced = setTimeout(() => process.exit(code), 8_000);
  await account.close().catch(() => undefined);
  clearTimeout(forced);
  process.exit(code);
};

const account = client((notice: Notice) => {
  tell({ notice });
  if (notice.event === 'gone') void end(1);
});

process.on('message', (frame) => {
  const { call, command } = ToSession.parse(frame);
  void account.run(command).then(
    (answer) => tell({ reply: call, answer }),
    (error: unknown) => tell({ reply: call, failure: account.explain(command, error) }),
  ).then(() => (command.name === 'stop' ? end(0) : undefined));
});
// The hub is gone: nobody would know what this session receives.
process.on('disconnect', () => void end(0));
// The library leaves promises of a closing page to themselves.
process.on('unhandledRejection', (error) => void process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`));
// Ctrl-C in a terminal reaches the whole group; the hub says when to stop.
process.on('SIGINT', () => undefined);
