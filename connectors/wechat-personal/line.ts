/** One line to the puppet service. A line that broke is thrown away: a puppet that is started again keeps its old login and swallows the new one. */
import { PuppetService } from 'wechaty-puppet-service';
import type { Target } from './protocol.ts';

/** wechaty's store writes customers to the home folder, under the token's name; without it payloads are kept in memory only. */
class QuietPuppet extends PuppetService {
  #signingOut = false;
  protected override hookPayloadStore(): void {}
  #leaving: Promise<void> | undefined;
  /** wechaty answers the news of a sign-out by ordering one, which ends a sign-in that came quickly after it. */
  override async logout(reason?: string): Promise<void> {
    if (this.#signingOut) return await super.logout(reason);
    const parent: unknown = Reflect.get(Object.getPrototypeOf(PuppetService.prototype), 'logout');
    if (typeof parent !== 'function') return;
    this.#leaving = Promise.resolve(Reflect.apply(parent, this, [reason])).then(() => { this.#leaving = undefined; });
    await this.#leaving;
  }
  /** Forgetting an account takes wechaty a turn; a sign-in within it would be refused and never told. */
  override login(userId: string): void {
    if (!this.isLoggedIn) return super.login(userId);
    if (!this.#leaving && this.currentUserId === userId) return;
    void (this.#leaving ?? this.logout('another account signed in')).then(() => super.login(userId));
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

const unauthenticated = 16;
/** Its own watchdog would take the line away from our newer one, so it never barks: `pulse` looks after the line. */
const watchdogSeconds = 20 * 24 * 3600;

/** gRPC: cancelled, trouble of the line, unavailable. */
export const lineCodes = new Set([1, 13, 14]);

/** The status of a gRPC error. */
export const codeOf = (error: unknown): number | undefined => {
  const code: unknown = error instanceof Object ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'number' ? code : undefined;
};

/** An error event of wechaty's as an error with its status. */
export function errorOf({ gerror }: { gerror?: string }): Error & { code?: number } {
  const told: unknown = JSON.parse(gerror ?? '{}');
  const message = String((told instanceof Object && Reflect.get(told, 'message')) || 'an error without words');
  return Object.assign(new Error(message), { code: codeOf(told) });
}

export type Line = {
  puppet: Puppet;
  /** Why the last file was refused, as wechaty does not tell. */
  lastFileError: { error: unknown };
  /** Leaves without telling the service to stop, so that the phone's session lives on. */
  leave(): void;
};

let lines = 0;
/** Opens a line; rejects when the service cannot be reached or refuses the token. `hear` is told about everything from the first moment on. */
export async function openLine(target: Target, hear: (puppet: Puppet) => void): Promise<Line> {
  const { endpoint, token, tls, caCert, serverName } = target;
  lines += 1;
  // gRPC lends a new line the connection of the last one, and its waiting time of many seconds, unless some option differs; without TLS this one means nothing.
  const puppet = new QuietPuppet({
    endpoint, token, timeoutSeconds: watchdogSeconds,
    tls: { disable: !tls, ...(caCert && { caCert }), serverName: tls ? serverName || sniOf(token) : `line-${lines}` },
  });
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => undefined);
  // A start that fails says so only after five seconds of stopping what never began.
  puppet.on('error', (event) => {
    const error = errorOf(event);
    if (lineCodes.has(error.code ?? -1) || error.code === unauthenticated) refused.reject(error);
  });
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
    await Promise.race([puppet.start(), refused.promise]);
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
 * wechaty answers every failure of a file by trying it a second time, over a call of older services: a customer may get the file
 * twice, and a fetch never ends. The second way is closed, and the first error kept.
 */
function watchFiles(puppet: Puppet, last: Line['lastFileError']): void {
  const refuse = (): Error => (last.error instanceof Error ? last.error : new Error('the file could not be handed over'));
  const { client } = puppet.grpcManager;
  Object.defineProperty(puppet, 'messageSendFileStream', { value: () => Promise.reject(refuse()) });
  Object.defineProperty(client, 'messageFileStream', { value: () => { throw refuse(); } });
  for (const name of ['messageSendFile', 'messageFile']) {
    const original: unknown = Reflect.get(client, name);
    if (typeof original !== 'function') continue;
    Object.defineProperty(client, name, {
      value: (request: unknown, done: (error: unknown, answer: unknown) => void): unknown => Reflect.apply(original, client, [request, (error: unknown, answer: unknown) => {
        last.error = error;
        done(error, answer);
      }]),
    });
  }
}
