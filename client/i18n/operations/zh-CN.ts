/** 运营各页的文字。 */
import type { OperationsMessages } from './en.ts';

export const operationsZhCN: OperationsMessages = {
  calendars: {
    text: '什么时候有人值守。队列、渠道和服务目标各按一份工作时间，也可以共用一份。', add: '新建工作时间', empty: '目前全天候', emptyText: '没有工作时间时，每一刻都算上班。新建一份，说明什么时候有人回复。', gone: '没有这份工作时间。',
    openNow: '上班中', closedNow: '已下班', closesAt: '{time} 下班', opensAt: '{time} 上班', noChange: '一年内不会变化', unused: '还没有被使用', usedBy: '使用者：{names}',
    preview: '现在和接下来两周', noPreview: '下面的时间填写完整后显示。', what: '名称和地点', nameHint: '上海办公室', zone: '时区', zoneNow: '当地现在 {time}',
    week: '一周', weekText: '跨过午夜的时间算在开始的那天；一天的结束写 24:00。', closedDay: '休息', nextDay: '次日结束', from: '{day}：开始', to: '{day}：结束', addInterval: '添加时段：{day}', dropInterval: '删除这个时段：{day}', sameAsMonday: '周二到周五与周一相同',
    days: '特殊日期', daysText: '节假日、调休上班日，以及有单独时间的日子。', kind: { holiday: '休息', 'make-up': '调休上班', exception: '特殊时间' }, kindName: '这天怎样', like: '按{day}上班', likeName: '按星期几上班', date: '日期', dayName: '名称，如国庆节', noDays: '接下来没有特殊日期。', addDay: '添加日期', past: '{n} 个已过去的日期', hidePast: '收起已过去的日期',
    paste: '粘贴日期', pasteText: '每行一个日期或一段日期加名称，也可以直接粘贴放假通知。写明上班的日期会成为调休上班日。', pasteHint: '国庆节：10月1日至7日放假调休，共7天。9月20日（周日）、10月10日（周六）上班。', pasteRead: '读到 {n} 个日期', pasteTake: '添加 {n} 个日期', pasteWrong: '没有看懂：{line}',
    removeText: '“{name}”将被永久删除。', weekday: { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' }, short: { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' },
  },
};
