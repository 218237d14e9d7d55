/** A TCP wire between us and a server, which a test can cut, freeze or cut at a given word. */
import { connect, createServer, type Socket } from 'node:net';

/** One wire. */
export type Wire = {
  port: number;
  /** Every connection breaks and new ones are refused at once. */
  cut(): void;
  /** Connections stay, but no byte gets through either way. */
  freeze(): void;
  heal(): void;
  /** Breaks the connection instead of passing on the first answer that follows a line of the client with this text. */
  cutAnswerAfter(text: string): void;
  stop(): Promise<void>;
};

/** Lays a wire to a port on the loopback. */
export async function layWire(target: number): Promise<Wire> {
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  let trap: string | null = null;
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    let sprung = false;
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => { open.delete(socket); other.destroy(); });
      socket.on('data', (bytes) => {
        if (state === 'frozen') return;
        if (socket === client && trap !== null && bytes.includes(trap)) { sprung = true; trap = null; }
        else if (socket === upstream && sprung) return void client.destroy();
        other.write(bytes);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const drop = (): void => { for (const socket of open) socket.destroy(); };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut() { state = 'cut'; drop(); },
    freeze() { state = 'frozen'; },
    // What was swallowed in the frost is missing in the stream: those connections are lost.
    heal() { if (state === 'frozen') drop(); state = 'whole'; },
    cutAnswerAfter(text) { trap = text; },
    stop: () => new Promise((resolve) => { drop(); server.close(() => resolve()); }),
  };
}
