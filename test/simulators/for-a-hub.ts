/** All platforms for a hub that started this process: it says what to play and who writes, and hears what reached whom. */
import { Order, type Report } from '../../server/demo/schema.ts';
import { placeOf, platforms, type Platform } from './platforms.ts';

/** Plays until the hub is gone. */
export async function playForHub(self: NodeJS.Process): Promise<void> {
  const stages = new Map<string, Promise<Platform>>();
  const tell = (report: Report): void => { if (self.connected) self.send?.(report, undefined, undefined, () => undefined); };

  async function stageOf(kind: string): Promise<Platform> {
    const stage = await stages.get(kind);
    if (!stage) throw new Error(`${kind} is not played yet`);
    return stage;
  }

  async function carryOut(order: Order): Promise<Record<string, unknown> | undefined> {
    const { kind } = order;
    switch (order.order) {
      case 'play': {
        const start = platforms[kind];
        if (!start) throw new Error(`nobody plays ${kind} here`);
        const { config = {} } = order;
        const place = placeOf(config);
        if (place && place.hostname !== '127.0.0.1') throw new Error(`the channel stands on ${place.host} and not on a simulated platform`);
        const stage = stages.get(kind) ?? start(({ id, customer, text, choices = [] }) => tell({ report: 'received', message: { kind, id, address: customer, text, choices } }), config);
        stages.set(kind, stage);
        return (await stage).config;
      }
      case 'connect': await (await stageOf(kind)).connect(order.hook); return undefined;
      case 'meet': {
        const stage = await stageOf(kind);
        for (const guest of order.guests) stage.meet(guest);
        return undefined;
      }
      case 'act': await (await stageOf(kind)).act(order.guest, order.act); return undefined;
    }
  }

  self.on('message', (raw) => {
    const order = Order.parse(raw);
    void carryOut(order).then((config) => tell({ report: 'done', id: order.id, ...(config && { config }) }), (error: unknown) => tell({ report: 'failed', id: order.id, reason: error instanceof Error ? error.message : String(error) }));
  });
  // What a platform cannot deliver is its own affair, as it would be in the world.
  self.on('unhandledRejection', (error) => self.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`));
  await new Promise<void>((done) => self.once('disconnect', done));
  self.exit(0);
}
