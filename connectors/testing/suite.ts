/** What every channel promises. A channel runs it once with its simulator and says, with a reason, what does not apply. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConnectorError, type ChannelKind, type Connector, type Inbound, type Outbound } from '../connector.ts';
import type { Content, Attachment } from '../../server/conversations/schema.ts';
import { eventually, recordingInbox, type RecordingInbox } from './recording-inbox.ts';
import { checkInbound, checkManifest, handles, outbound, secretsOf, sendAll } from './shape.ts';

/** A running connector and the inbox it reports to. */
export type Stage = { connector: Connector; inbox: RecordingInbox };
/** A customer's words, as the suite has them said. The same id is the same message, delivered again. */
export type Said = { id: string; thread: string; text: string };
/** `acknowledged` resolves true once the platform may forget the message, false when it was refused and will come again. */
export type Handed = { acknowledged: Promise<boolean> };

type Assertion = 'fixtures' | 'deliver' | 'echo' | 'sent' | 'faults' | 'forgeries' | 'outage';

/** What a channel brings to the suite; each missing hook needs its reason in `deviations`. */
export type SuiteSpec = {
  channel: ChannelKind;
  /** A working configuration; asked for after `platform.start`. */
  config(): Record<string, unknown>;
  platform?: { start(): Promise<void>; stop(): Promise<void> };
  /** Before each test: an account in which nothing lies yet. */
  fresh?(): void;
  /** Real-shaped payloads through the parser; each must become an Inbound. */
  fixtures?: { name: string; parse(): Inbound | Promise<Inbound> }[];
  /** A customer says something on the platform. */
  deliver?(stage: Stage, said: Said): Handed | Promise<Handed>;
  /** The platform shows us a message we sent ourselves. */
  echo?(stage: Stage, sent: { externalId: string; message: Outbound }): Promise<void>;
  /** How many messages with this text reached the customer. */
  sent?(stage: Stage, text: string): number | Promise<number>;
  /** Makes the platform fail in this way until the returned function is called. */
  faults?: Partial<Record<ConnectorError['kind'], (stage: Stage) => Promise<() => Promise<void> | void> | (() => Promise<void> | void)>>;
  /** Requests with a wrong, missing, old or foreign signature. */
  forgeries?(stage: Stage): Request[] | Promise<Request[]>;
  /** The platform, or the way to it, is away. */
  outage?: { down(stage: Stage): Promise<void>; up(stage: Stage): Promise<void> };
  /** What sending needs beside the plain message (an address, a thread that is open). */
  address?: { thread: string; to: string } | (() => { thread: string; to: string });
  /** Milliseconds one step may take. */
  patience?: number;
  deviations?: Partial<Record<Assertion, string>>;
};

/** Runs the promises of the contract against one channel. */
export function connectorSuite(spec: SuiteSpec): void {
  const { manifest } = spec.channel;
  const patience = spec.patience ?? 5_000;
  const create = (): Promise<Connector> => spec.channel.create(spec.config(), { id: '0123456789abcdef01234567', publicUrl: 'http://127.0.0.1:1' });

  /** Starts, runs, stops; then looks for secrets in whatever was written down. */
  async function onStage(run: (stage: Stage) => Promise<void>, inbox = recordingInbox()): Promise<void> {
    const connector = await create();
    await connector.start(inbox);
    try {
      await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), patience);
      await run({ connector, inbox });
    } finally {
      inbox.shutDown();
      await connector.stop();
    }
    for (const secret of secretsOf(manifest, spec.config())) expect(inbox.words()).not.toContain(secret);
  }
  const message = (change: Partial<Outbound> = {}): Outbound => {
    const address = typeof spec.address === 'function' ? spec.address() : spec.address;
    return outbound({ ...address, ...change });
  };

  describe(`connector suite: ${manifest.kind}`, () => {
    beforeAll(async () => spec.platform?.start());
    afterAll(async () => spec.platform?.stop());
    beforeEach(() => spec.fresh?.());

    it('has a complete manifest', () => checkManifest(manifest));

    it('says with a reason what is not asserted, and nothing else', () => {
      const hooks: Assertion[] = ['fixtures', 'deliver', 'echo', 'sent', 'faults', 'forgeries', 'outage'];
      for (const hook of hooks) {
        if (spec[hook]) expect(spec.deviations?.[hook], `${hook} is asserted and excused`).toBeUndefined();
        else expect(spec.deviations?.[hook]?.length ?? 0, `${hook} is missing without a reason`).toBeGreaterThan(15);
      }
    });

    for (const fixture of spec.fixtures ?? []) {
      it(`fixture ${fixture.name} becomes a valid Inbound with a lasting id`, async () => {
        const first = await fixture.parse();
        const second = await fixture.parse();
        checkInbound(first, manifest);
        expect({ id: second.externalId, thread: second.thread }).toEqual({ id: first.externalId, thread: first.thread });
      });
    }

    it('stops twice quietly and leaves no handle', async () => {
      const before = handles();
      const connector = await create();
      const inbox = recordingInbox();
      await connector.start(inbox);
      await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), patience);
      inbox.shutDown();
      await connector.stop();
      await connector.stop();
      await eventually(() => handles() <= before, patience, 'an empty list of handles');
    });

    it('stops quietly when it was never started', async () => (await create()).stop());

    it('passes its own named checks', () => onStage(async ({ connector }) => {
      for (const check of (await connector.test?.()) ?? []) expect(check).toMatchObject({ name: expect.anything(), ok: true });
    }));

    const { deliver, sent, echo, outage, forgeries } = spec;
    if (deliver) describe('receiving', () => {
      const said = (id: string, thread = 'one'): Said => ({ id: `${id}-${process.hrtime.bigint()}`, thread, text: `words of ${id}` });

      it('receives what a customer says', () => onStage(async (stage) => {
        await deliver(stage, said('plain'));
        await stage.inbox.until((one) => one.stored.size === 1, patience);
        const [inbound] = stage.inbox.stored.values();
        if (inbound) checkInbound(inbound, manifest);
        expect(inbound?.content.text).toContain('words of plain');
      }));

      it('gives a redelivery the same id', () => onStage(async (stage) => {
        const words = said('twice');
        await (await deliver(stage, words)).acknowledged;
        await (await deliver(stage, words)).acknowledged;
        await deliver(stage, said('marker'));
        await stage.inbox.until((one) => one.stored.size >= 2, patience);
        expect(stage.inbox.stored.size).toBe(2);
      }));

      it('acknowledges only after receive resolved', () => onStage(async (stage) => {
        const release = stage.inbox.hold();
        try {
          const handed = await deliver(stage, said('held'));
          await stage.inbox.until((one) => one.attempts.count > 0, patience);
          const early = await Promise.race([handed.acknowledged.then(() => 'acknowledged'), pause(150)]);
          expect(early).toBe('nothing yet');
          release();
          expect(await handed.acknowledged).toBe(true);
        } finally {
          release();
        }
      }));

      it('does not acknowledge what the hub could not store, and brings it again', () => onStage(async (stage) => {
        stage.inbox.failWith(new Error('the store is away'));
        const words = said('refused');
        const handed = await deliver(stage, words);
        await stage.inbox.until((one) => one.attempts.count > 0, patience);
        const answer = await Promise.race([handed.acknowledged, pause(150)]);
        expect(answer).not.toBe(true);
        stage.inbox.failWith(null);
        if (answer === false) await deliver(stage, words);
        await stage.inbox.until((one) => one.stored.size === 1, patience);
        expect(stage.inbox.quarantined).toEqual([]);
      }));

      it('keeps thread keys over a restart', async () => {
        const inbox = recordingInbox();
        await onStage(async (stage) => {
          expect(await (await deliver(stage, said('before', 'lasting'))).acknowledged).toBe(true);
        }, inbox);
        const restarted = recordingInbox(inbox.memory);
        await onStage(async (stage) => {
          await deliver(stage, said('after', 'lasting'));
          await restarted.until((one) => one.stored.size === 1, patience);
        }, restarted);
        const threads = [...inbox.stored.values(), ...restarted.stored.values()].map((one) => one.thread);
        expect(threads).toHaveLength(2);
        expect(new Set(threads).size).toBe(1);
      });

      if (outage) it('heals an outage: what came meanwhile is received once, in order', () => onStage(async (stage) => {
        await (await deliver(stage, said('before the outage'))).acknowledged;
        await outage.down(stage);
        const missed = [said('missed 1'), said('missed 2'), said('missed 3')];
        for (const words of missed) await deliver(stage, words);
        await outage.up(stage);
        await stage.inbox.until((one) => one.stored.size === 4, Math.max(patience, 15_000));
        expect([...stage.inbox.stored.values()].slice(1).map((one) => one.content.text?.trim())).toEqual(missed.map((words) => words.text));
        expect(stage.inbox.received).toHaveLength(4);
      }));
    });

    describe('sending', () => {
      const file: Attachment = { id: 'a'.repeat(24), name: 'plan 计划.txt', type: 'text/plain', size: 5 };
      const kinds: [string, Content][] = [
        ['text', { text: 'plain words, 中文 and \u{1F600}' }],
        ['choices', { text: 'which?', choices: ['one', 'two'] }],
        ['sources', { text: 'because', sources: [{ id: 's', title: 'Handbook', url: 'https://example.test/h' }] }],
        ['location', { location: { latitude: 31.2, longitude: 121.5, name: 'Shanghai' } }],
      ];
      if (manifest.carries.html) kinds.push(['html', { text: 'bold', html: '<p><b>bold</b></p>' }]);
      if (manifest.carries.attachments) kinds.push(['a file', { text: 'see file', attachments: [file] }], ['a file alone', { attachments: [file] }]);
      for (const [name, content] of kinds) {
        it(`returns an external id for ${name}`, () => onStage(async ({ connector }) => {
          const answer = await sendAll(connector, message({ content, file: async () => new TextEncoder().encode('bytes') }));
          expect(answer.externalId).toMatch(/\S/);
        }));
      }

      if (sent) it('sends once, though asked twice with one key', () => onStage(async (stage) => {
        const once = message({ content: { text: `only once ${process.hrtime.bigint()}` } });
        const first = await stage.connector.send(once);
        const again = await stage.connector.send({ ...once, again: true });
        expect(again.externalId).toBe(first.externalId);
        await eventually(async () => (await sent(stage, once.content.text ?? '')) >= 1, patience, 'the arrival');
        await pause(100);
        expect(await sent(stage, once.content.text ?? '')).toBe(1);
      }));

      if (echo) it('does not receive its own messages', () => onStage(async (stage) => {
        const mine = message({ content: { text: 'from us' } });
        await echo(stage, { externalId: (await stage.connector.send(mine)).externalId, message: mine });
        if (deliver) {
          await deliver(stage, { id: `after-echo-${process.hrtime.bigint()}`, thread: 'one', text: 'from them' });
          await stage.inbox.until((one) => one.stored.size > 0, patience);
        }
        await pause(100);
        expect([...stage.inbox.stored.values()].filter((one) => one.content.text?.includes('from us'))).toEqual([]);
      }));

      it('answers a probe on a good day, if it can be probed', () => onStage(({ connector }) => eventually(async () => connector.probe ? await connector.probe().then(() => true, () => false) : true, Math.max(patience, 15_000), 'a probe that works')));

      for (const [kind, arrange] of Object.entries(spec.faults ?? {})) {
        it(`names a failure of the platform: ${kind}`, () => onStage(async (stage) => {
          const repair = await arrange(stage);
          const error = await stage.connector.send(message({ again: kind === 'in-doubt', key: `fault-${kind}` })).then(() => null, (caught: unknown) => caught);
          // What would stop a send, a probe must see too.
          const probed = kind === 'signed-out' && stage.connector.probe ? await stage.connector.probe().then(() => null, (caught: unknown) => caught) : error;
          await repair();
          expect(probed).toMatchObject({ kind });
          expect(error).toBeInstanceOf(ConnectorError);
          expect(error).toMatchObject({ kind });
          for (const secret of secretsOf(manifest, spec.config())) expect(String(error)).not.toContain(secret);
        }));
      }
    });

    if (forgeries) it('refuses a bad signature and stores nothing', () => onStage(async (stage) => {
      const requests = await forgeries(stage);
      expect(requests.length).toBeGreaterThan(0);
      for (const request of requests) expect([401, 403]).toContain((await stage.connector.webhook?.(request))?.status);
      expect(stage.inbox.attempts.count).toBe(0);
      expect(stage.inbox.quarantined).toEqual([]);
    }));
  });
}

const pause = (milliseconds: number): Promise<'nothing yet'> => new Promise((resolve) => setTimeout(() => resolve('nothing yet'), milliseconds));
