/** Who is who after a login that gives everybody another id, over wechaty's own transport. */
import { describe, expect, it } from 'vitest';
import { eventually, recordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { begin, open, ready, said } from '../../test/simulators/wechat-personal-stage.ts';
import { tokenIn } from './remarks.ts';

describe('who is who', () => {
  it('a login that gives everybody new ids changes nothing for those whose remark holds a token', async () => {
    const { sim, inbox, connector } = await begin();
    sim.meet('王小明');
    await sim.signInAnew();
    const first = sim.say('王小明', '第一次');
    await inbox.until((one) => one.stored.has(first.id));
    const { value } = said(inbox, first.id).from;
    await eventually(() => sim.remarks.length > 0);
    expect(`#${tokenIn(sim.remarks[0]?.remark ?? '')}`).toBe(value);
    expect(sim.remarks[0]?.remark).toMatch(/^王小明 #/);
    const before = sim.meet('王小明').id;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sim.signInAnew();
    expect(sim.meet('王小明').id).not.toBe(before);
    const second = sim.say('王小明', '换号之后');
    await inbox.until((one) => one.stored.has(second.id));
    expect([said(inbox, second.id).from.value, said(inbox, second.id).thread]).toEqual([value, value]);
    expect(said(inbox, second.id).from.also).toBeUndefined();
    await connector.send(outbound({ thread: value, to: value, content: { text: '认得您' } }));
    expect(sim.history().received).toMatchObject([{ customer: '王小明', text: '认得您' }]);

    // Somebody took the token out of the remark: only a suggestion is left, for a person to decide.
    sim.meet('王小明').alias = '';
    await connector.stop();
    const again = await open(sim, { inbox: recordingInbox(inbox.memory) });
    await ready(again.inbox);
    await sim.signInAnew();
    const third = sim.say('王小明', '没有备注了');
    await again.inbox.until((one) => one.stored.has(third.id));
    const from = said(again.inbox, third.id).from;
    expect(from.value).not.toBe(value);
    expect(from.also).toEqual([{ kind: 'wechat-personal:1', value, attested: false }]);
  });

  it('a stranger of a room who becomes a friend moves to the token once it is proved', async () => {
    const { sim, inbox } = await begin();
    sim.meet('孙七', { friend: false });
    await sim.signInAnew();
    const stranger = sim.sayInRoom('孙七', '售后群', '我是群友');
    await inbox.until((one) => one.stored.has(stranger.id));
    expect(said(inbox, stranger.id).from).toMatchObject({ value: sim.meet('孙七').id, stable: false });
    sim.meet('孙七').friend = true;
    const friend = sim.say('孙七', '加上了');
    await inbox.until((one) => one.stored.has(friend.id) && one.happenings.length === 1);
    expect(inbox.happenings[0]).toMatchObject({ kind: 'moved', from: { value: sim.meet('孙七').id }, to: { value: said(inbox, friend.id).from.value } });
  });

  it('lasting ids are left alone: no remark is touched', async () => {
    const { sim, inbox } = await begin();
    const { id } = sim.say('王小明', '你好');
    await inbox.until((one) => one.stored.has(id));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([said(inbox, id).from.value, sim.remarks]).toEqual([sim.meet('王小明').id, []]);
  });
});
