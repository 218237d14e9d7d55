/** A door in front of a simulator: shut, it is as if the platform were gone; what was under way is cut. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Gate = { url: string; shut(): Promise<void>; open(): Promise<void> };

/** Opens the door of what listens at this address. */
export async function gate(target: string): Promise<Gate> {
  const to = Number(new URL(target).port);
  const sockets = new Set<Socket>();
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      for (const [one, other] of [[near, far], [far, near]] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => { sockets.delete(one); other.destroy(); });
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | null = await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async shut() {
      const closing = server;
      server = null;
      for (const socket of sockets) socket.destroy();
      if (closing) await new Promise<void>((done) => { closing.close(() => done()); });
    },
    async open() { server ??= await listen(port); },
  };
}
