/** One line to the puppet service. A line that broke is thrown away: a puppet that is started again keeps its old login and swallows the new one. */
import { PuppetService } from 'wechaty-puppet-service';
import type { Target } from './protocol.ts';

/** wechaty's store writes customers to the home folder, under the token's name; without it payloads are kept in memory only. */
class QuietPuppet extends PuppetService {
  #signingOut = false;
  protected override hookPayloadStore(): void {}
  /** wechaty answers the news of a sign-out by ordering one, which ends a sign-in that came quickly after it. */
  override async logout(reason?: string): Promise<void> {
    if (this.#signingOut) return await super.logout(reason);
    const parent: unknown = Reflect.get(Object.getPrototypeOf(PuppetService.prototype), 'logout');
    if (typeof parent === 'function') await Reflect.apply(parent, this, [reason]);
  }
  async signOut(): Promise<void> {
    this.#signingOut = true;
    await this.logout('signed out from the console').finally(() => { this.#signingOut = false; });
  }
  /** As messageSendFile, from bytes; large ones travel in pieces. */
  async sendBytes(to: string, name: string, bytes: Uint8Array): Promise<string> {
    return (await this.messageSendFile(to, this.FileBoxUuid.fromBase64(Buffer.from(bytes).toString('base64'), name))) ?? '';
  }
}
export type Puppet = QuietPuppet;

/** Its own watchdog would take the line away from our newer one, so it never barks: `pulse` looks after the line. */
const watchdogSeconds = 20 * 24 * 3600;

export type Line = {
  puppet: Puppet;
  /** Why the last file was refused, as wechaty does not tell. */
  lastFileError: { error: unknown };
  /** Leaves without telling the service to stop, so that the phone's session lives on. */
  leave(): void;
};

/** Opens a line; rejects when the service cannot be reached or refuses the token. `hear` is told about everything from the first moment on. */
export async function openLine(target: Target, hear: (puppet: Puppet) => void): Promise<Line> {
  const { endpoint, token, tls, caCert, serverName } = target;
  const puppet = new QuietPuppet({
    endpoint, token, timeoutSeconds: watchdogSeconds,
    tls: { disable: !tls, ...(caCert && { caCert }), serverName: serverName || sniOf(token) },
  });
  puppet.on('error', () => undefined);
  hear(puppet);
  const lastFileError: Line['lastFileError'] = { error: undefined };
  const line: Line = {
    puppet, lastFileError,
    leave() {
      puppet.removeAllListeners();
      puppet.on('error', () => undefined);
      close(puppet);
      void puppet.stop().catch(() => undefined);
    },
  };
  try {
    await puppet.start();
    watchFiles(puppet, lastFileError);
    const stream: { destroyed: boolean; readableEnded: boolean } | undefined = puppet.grpcManager.eventStream;
    // Another client holds the one event stream of the service: the puppet would start, and stay deaf.
    if (!stream || stream.destroyed || stream.readableEnded) throw new Error('the service gives its events to somebody else: only one client can be connected');
    return line;
  } catch (error) {
    line.leave();
    throw error;
  }
}

/** A token without prefix goes with the community's certificate, whose name is "insecure". */
const sniOf = (token: string): string => (token.lastIndexOf('_') > 0 ? token.slice(0, token.lastIndexOf('_')).toLowerCase() : 'insecure');

function close(puppet: Puppet): void {
  try {
    puppet.grpcManager.eventStream?.destroy();
    puppet.grpcManager.client.close();
  } catch {
    // It never came to be.
  }
}

/**
 * messageSendFile answers every failure by sending the file a second time, over a call of older services. Whether the first one
 * arrived is then unknown, and the customer may get it twice: the second way is closed, and the first error kept.
 */
function watchFiles(puppet: Puppet, last: Line['lastFileError']): void {
  Object.defineProperty(puppet, 'messageSendFileStream', { value: () => Promise.reject(last.error ?? new Error('the file could not be handed to the service')) });
  const { client } = puppet.grpcManager;
  const send: unknown = Reflect.get(client, 'messageSendFile');
  if (typeof send !== 'function') return;
  Object.defineProperty(client, 'messageSendFile', {
    value: (request: unknown, done: (error: unknown, answer: unknown) => void): unknown => Reflect.apply(send, client, [request, (error: unknown, answer: unknown) => {
      last.error = error;
      done(error, answer);
    }]),
  });
}
