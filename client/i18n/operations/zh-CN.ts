/** 运营各页的文字。 */
import type { OperationsMessages } from './en.ts';

export const operationsZhCN: OperationsMessages = {
  calendars: {
    text: '什么时候有人值守。技能组、渠道和服务目标各按一份工作时间，也可以共用一份。', add: '新建工作时间', empty: '目前全天候', emptyText: '没有工作时间时，每一刻都算上班。新建一份，说明什么时候有人回复。', gone: '没有这份工作时间。',
    openNow: '上班中', closedNow: '已下班', closesAt: '{time} 下班', opensAt: '{time} 上班', noChange: '一年内不会变化', unused: '还没有被使用', usedBy: '使用者：{names}',
    preview: '现在和接下来两周', noPreview: '下面的时间填写完整后显示。', what: '名称和地点', name: '名称', nameHint: '上海办公室', zone: '时区', zoneNow: '当地现在 {time}',
    week: '一周', weekText: '跨过午夜的时间算在开始的那天；一天的结束写 24:00。', closedDay: '休息', nextDay: '次日结束', from: '{day}：开始', to: '{day}：结束', addInterval: '添加时段：{day}', dropInterval: '删除这个时段：{day}', sameAsMonday: '周二到周五与周一相同',
    days: '特殊日期', daysText: '节假日、调休上班日，以及有单独时间的日子。', kind: { holiday: '休息', 'make-up': '调休上班', exception: '特殊时间' }, kindName: '这天怎样', like: '按{day}上班', likeName: '按星期几上班', date: '日期', dayName: '名称，如国庆节', noDays: '接下来没有特殊日期。', addDay: '添加日期', past: '{n} 个已过去的日期', hidePast: '收起已过去的日期',
    paste: '粘贴日期', pasteText: '每行一个日期或一段日期加名称，也可以直接粘贴放假通知。写明上班的日期会成为调休上班日。', pasteHint: '国庆节：10月1日至7日放假调休，共7天。9月20日（周日）、10月10日（周六）上班。', pasteRead: '读到 {n} 个日期', pasteTake: '添加 {n} 个日期', pasteWrong: '没有看懂：{line}',
    removeText: '“{name}”将被永久删除。', weekday: { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' }, short: { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' },
  },
  staffing: {
    text: '根据最近八周预测某一天的会话量，并算出要及时接待需要多少人。', preset: { 1: '明天', 7: '一周后' }, shrinkage: '不在岗比例（%）', shrinkageHint: '休息、培训、病假',
    targets: '怎样算及时', media: { voice: '电话', chat: '聊天', email: '邮件' }, percent: '每 100 个中', withinSeconds: '不超过（秒）', withinHours: '不超过（小时）', work: '计算', busy: '正在预测这一天，并在虚拟时钟上试算不同人数。需要几秒钟。',
    empty: '历史数据不足', emptyText: '有了一周客户等待人工的记录后，就可以预测以后的日子。', tile: { offered: '预计会话', peak: '同时最多需要', hours: '付薪小时', people: '现有客服' },
    unreachable: '有些半小时内，无论多少名现有类型的客服都达不到目标：缺少某项技能，或队列没有成员。', offered: '预计', byErlang: '按 Erlang（各队列单独）', bySimulation: '在岗（模拟）', scheduled: '应排班', time: '开始', table: '每半小时明细表', chartText: '每半小时的预计会话和所需客服人数。',
    how: '模拟：使用与现有客服相同的技能，平均每人同时 {n} 个会话，按现有规则分配。Erlang 把每个队列当作有专属客服来算，所以人数偏多。',
    trust: '预测有多准？', trustText: '用更早的数据预测最近两周，与实际相比差了多少；旁边是最简单的预测：取一周前的同一个半小时。已有 {n} 周数据。',
    column: { offered: '预计', aht: '平均处理时长', ours: '预测偏差', naive: '一周前偏差' }, tooShort: '需要四周数据',
  },
  timeLab: {
    text: '在启用新规则之前，先把过去的一天按新规则逐分钟重演一遍。不会打扰任何人，也不会发出任何消息：由同一套分配规则在虚拟时钟上决定。',
    whichDay: '哪一天？', day: '日期', preset: { now: '今天至今', yesterday: '昨天', week: '一周前' }, within: '多少秒内算及时',
    whatChange: '改变什么？', who: '先问谁', rings: '响铃（秒）', auto: '不询问，直接分配', everybody: '所有人都可接', strategy: { 'longest-idle': '空闲最久', 'least-busy': '最不忙', 'round-robin': '轮流', 'best-fit': '最合适' },
    weights: '谁排在前面', weightsText: '得分中的分数；得分最高的先分配。', weight: { pointsPerPriority: '每级优先级', agePointsPerMinute: '每等一分钟', slaPointsPerMinute: '每超时一分钟', vipSteps: 'VIP 提前级数', moodPoints: '情绪最差时' },
    run: '按此重演', check: '按现有规则重演', restore: '恢复为现有规则', changes: '{n} 处改动', noChange: '没有改动：可以看看这一天能否被如实重演',
    result: '结果', resultOf: '{day} 的重演', state: { waiting: '等待计算线程', reading: '正在读取这一天', replaying: '正在重演', done: '已完成', failed: '失败' }, failed: '推演中断', gone: '这次推演已不存在。', nothing: '这一天没有人等待人工', nothingText: '没有可以重演的内容。请选择队列中有会话的日子。', past: '以前的推演',
    trust: { yes: '这次重演可信', no: '这次重演不可信', levels: '当天的服务水平：{recorded}；按现有规则重演：{replayed}。', because: { level: '两者相差超过 {n} 个百分点，说明当天有些情况没有记录：例如有人手动接待，或当时的技能、规则与今天不同。', few: '会话太少，说明不了问题。', nobody: '当天没有客服被记录为在线。' } },
    leftOut: { text: '未计入：', closed: '{n} 次等待在无人接待时被结束。', pulled: '{n} 次等待在由客服自行领取的队列中。', moved: '{n} 次等待被人手动转走。' },
    armed: {
      title: '改动后的规则正在启用', until: '到 {time}', nothingYet: '从下一刻钟开始计数。', sofar: '已计 {n} 个，{level} 及时。', floor: '低于 {level} 时立即恢复。', takeBack: '立即恢复',
      arm: '对真实客户试用', armText: '改动会生效一段时间，然后自动恢复；如果服务水平比现有规则在这一天的结果低太多，会立即恢复。', minutes: '时长（分钟）', points: '最多可降（百分点）', go: '启用',
      sure: '对真实客户启用？', sureText: '从现在起按改动后的规则分配会话，最多 {n} 分钟。', kept: '期间有人手动改过的部分保持不变。', state: { ended: '时间已到，已全部恢复。', worse: '服务水平下降，已全部恢复。', 'by-hand': '已手动恢复。' },
    },
    happened: '当天实际', today: '现有规则', changed: '改动之后', compare: '前后对比', was: '原为 {value}', halfHours: '每半小时', chart: { asaMs: '平均等待', serviceLevel: '服务水平' }, unit: { asaMs: '秒', serviceLevel: '百分比' }, chartText: '每半小时的平均等待或服务水平，改动前后，以及会话数量。',
    byQueue: '按队列', queue: '队列', noQueue: '无队列', figure: { offered: '进入队列', serviceLevel: '{n} 秒内接待', asaMs: '平均等待', p90Ms: '九成等待少于', longestMs: '最长等待', abandoned: '放弃' },
    differences: '变化最大的会话', allDifferences: '显示全部 {n} 个', noDifference: '没有会话的等待会明显变长或变短。', fate: { answered: '{time} 后由 {name} 接待', abandoned: '{time} 后放弃', waiting: '{time} 后仍在等待' },
  },
  sla: {
    text: '客户最晚什么时候得到回复、会话最晚什么时候解决。列表中第一条符合会话的策略生效。改动在会话下次有变化时生效。', add: '新建策略', edit: '编辑策略', empty: '还没有服务水平', emptyText: '写明客户最晚多久得到回复。之后每个会话都会显示剩余时间，超时前提醒，紧急的排在前面。',
    name: '名称', nameHint: '网页聊天标准', enabled: '启用', off: '已停用', everything: '所有会话', gone: '已删除', inCalendar: '按“{name}”的工作时间', clockTime: '自然时间，不分昼夜', warnNever: '不提醒', warnBefore: { percent: '剩 {n}% 时提醒', minutes: '提前 {n} 分钟提醒' }, version: '第 {n} 版', raise: '上移 {name}',
    targets: '目标', about: { first: '从客户第一条消息或重新打开，到第一次人工回复', next: '从客户每次发言，到下一次人工回复', resolution: '从打开到解决，不算等客户的时间' }, unit: { minutes: '分钟', hours: '小时' }, unitName: '单位',
    counts: '按什么时间计算', warning: '提前提醒', warn: { percent: '剩余百分比', minutes: '提前几分钟', none: '不提醒' }, appliesTo: '适用于', queues: '技能组', channels: '渠道', labels: '标签', all: '全部',
    which: '会用哪条策略？', whichText: '描述一个会话；不会改变任何东西。', channel: '渠道', queue: '技能组', label: '标签', noQueue: '没有技能组', noLabel: '没有标签', look: '查看', noneApplies: '没有：不设时限。', applies: '生效', later: '也符合，但排在后面',
    misfit: { disabled: '已停用', queue: '针对别的技能组', channel: '针对别的渠道', priority: '针对别的优先级', label: '针对别的标签' }, removeText: '“{name}”将被删除；会话在下次有变化时不再有它的时限。',
  },
};
