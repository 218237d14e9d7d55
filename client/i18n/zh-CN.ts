/** 简体中文。 */
import type { Messages } from './en.ts';

export const zhCN: Messages = {
  nav: { main: '主导航', inbox: '收件箱', contacts: '客户', answers: '机器人知识', settings: '设置', commands: '命令面板', shortcuts: '键盘快捷键' },
  theme: { flip: '切换深浅色', system: '跟随系统', light: '浅色', dark: '深色' },
  action: {
    retry: '重试', back: '返回', undo: '撤销', ok: '确定', save: '保存', cancel: '取消', add: '添加', edit: '编辑', remove: '删除', close: '关闭', copy: '复制', copied: '已复制',
    more: '更多操作', resolve: '解决', reopen: '重新打开', snooze: '暂缓', assign: '分配或转接', assignMe: '分配给我', pending: '等待客户回复', next: '下一步', skip: '暂时跳过', test: '测试',
  },
  done: { resolved: '会话已解决', snoozed: '会话已暂缓', saved: '已保存', removed: '已删除', added: '已添加' },
  problem: {
    title: '操作未成功', unknown: '出现问题，请重试。', network: '无法连接服务器，请检查网络后重试。',
    forbidden: '当前角色没有此权限，请联系管理员。', load: '加载失败。',
  },
  banner: { offline: '网络已断开。您可以继续书写，消息会保存在本机，恢复连接后自动发送。', back: '连接已恢复，没有遗漏任何消息。' },
  field: {
    name: '姓名', email: '邮箱', password: '密码', language: '语言', role: '角色', skills: '技能', capacity: '接待容量', optional: '选填', required: '此项必填',
    search: '搜索',
  },
  role: { admin: '管理员', supervisor: '主管', agent: '客服' },
  signIn: {
    title: '登录', text: '所有渠道的客户会话，集中在一处处理。', submit: '登录', out: '退出登录', wrong: '邮箱或密码不正确。',
    tooMany: '尝试次数过多，请一分钟后再试。',
  },
  state: {
    available: '在线', busy: '忙碌', break: '小休', offline: '离线', missed: '漏接', load: '已用接待容量 {share}%',
    button: '我的状态：{state}，已用容量 {share}%，点击切换',
    about: { available: '可接入新会话', busy: '不再接入，已有会话继续', break: '短暂离开，不接入新会话', offline: '结束接待', missed: '请重新设为在线' },
  },
  palette: { hint: '输入命令或页面名称', conversation: '当前会话', state: '我的状态', places: '前往', look: '外观' },
  shortcuts: {
    hint: '在输入框中请按住 Alt 再按相同的键。', next: '下一个会话', previous: '上一个会话', reply: '回复', note: '内部备注', resolve: '解决或重新打开',
    snooze: '暂缓', assign: '分配或转接', accept: '接受新会话', details: '会话详情', search: '搜索', inbox: '收件箱', sheet: '快捷键列表', send: '发送', sendResolve: '发送并解决',
  },
  notice: { offer: '有新会话等待您接入', message: '收到新消息', mention: '有同事提到了您' },
  status: { active: '进行中', open: '处理中', pending: '待客户回复', snoozed: '已暂缓', resolved: '已解决' },
  priority: { 0: '最低', 1: '低', 2: '普通', 3: '高', 4: '紧急' },
  list: {
    region: '会话列表', views: '视图', view: { mine: '我的', unassigned: '未分配', all: '全部' }, search: '搜索会话或客户', filter: '按状态和渠道筛选', allChannels: '全部渠道',
    waiting: '{n} 个新会话', waits: '等待 {time}', draft: '草稿', byBot: '机器人：', byUs: '我方：', withBot: '机器人接待', unread: '{n} 条未读消息', channelGone: '渠道已删除',
    noPreview: '无文字内容', loading: '正在加载会话', failed: '会话列表加载失败', noMatch: '没有找到相关会话', comma: '、',
    empty: { mine: '暂无需要您处理的会话', unassigned: '暂无排队的客户', all: '这里还没有会话' },
    emptyText: '新会话会自动出现在这里，也可以切换其他状态或视图查看。',
  },
  offer: { label: '新会话：{name}', accept: '接受', decline: '拒绝' },
  thread: {
    region: '会话', messages: '消息记录', none: '请选择一个会话', noneText: '按 J、K 切换会话，R 回复，E 解决，? 查看全部快捷键。', gone: '该会话不存在',
    loading: '加载中…', viewing: '{names} 也在查看', writing: '{names} 正在输入', typing: '{name} 正在输入…', unread: '以下为新消息', toEnd: '回到最新消息', missed: '{n} 条新消息',
  },
  entry: {
    bot: '机器人', me: '我', system: '系统', program: '程序', someone: '某位同事', note: '内部备注', noteBy: '{name} 的内部备注', messageBy: '{name} 的消息', sources: '引用来源', attachment: '附件',
    openPicture: '查看图片 {name}', unreadable: '消息无法解析：{reason}。原始内容见附件。', noSubject: '（无主题）', cc: '抄送：{names}', mailBody: '邮件正文',
    picturesBlocked: '已拦截外部图片，加载图片会让发件人得知您已阅读。', showPictures: '显示图片', showQuoted: '显示引用内容', hideQuoted: '收起引用内容',
    automatic: { 'auto-reply': '自动回复', bounce: '退信', bulk: '群发邮件' },
  },
  delivery: { queued: '待发送', sent: '已发送', delivered: '已送达', read: '已读', failed: '发送失败', unknown: '发送状态未知' },
  outbox: {
    sending: '发送中…', failed: '未发送成功。{reason}', conflict: '您编辑期间已有人回复客户，请先查看再决定是否发送。', anyway: '仍要发送', edit: '编辑',
  },
  handOver: {
    title: '机器人已转人工', why: '转接原因', summary: '会话摘要', tried: '尝试过的答案',
    reason: { asked: '客户要求人工服务', 'low-confidence': '没有可靠的答案', policy: '按规则由人工处理', error: '机器人出现异常', 'automatic-off': '自动回复已关闭' },
  },
  activity: {
    assigned: '{who} 将会话分配给 {to}', assignedAuto: '会话已分配给 {to}', took: '{who} 接入了会话', unassigned: '{who} 取消了分配', unassignedAuto: '会话已取消分配',
    transferred: '{who} 将会话转接至 {queue}', queued: '进入 {queue} 排队', waiting: '等待人工接入', declined: '{who} 拒绝了接入', missed: '未在时限内接入', returned: '{who} 将会话放回排队',
    resolved: '{who} 解决了会话', resolvedBy: { bot: '机器人已解决会话', contact: '客户结束了会话', system: '会话已自动解决' }, reopened: '{who} 重新打开了会话', reopenedAuto: '客户再次来信，会话已重新打开',
    snoozed: '{who} 将会话暂缓至 {until}', woken: '暂缓到期，会话已恢复', pending: '{who} 设为等待客户回复', labelled: '{who} 设置标签：{labels}', unlabelled: '{who} 移除了全部标签',
    prioritised: '{who} 将优先级设为 {priority}', other: '事件：{kind}',
  },
  snooze: { hour: '一小时后', evening: '今天傍晚', tomorrow: '明天上午', monday: '下周一', custom: '自定义时间' },
  assign: { people: '客服', queues: '技能组', hint: '搜索客服或技能组' },
  composer: {
    mode: '书写内容', reply: '回复', note: '内部备注', replyHint: '输入消息，/ 调出快捷回复', noteHint: "仅团队可见，{'@'} 提及同事", botHint: '机器人正在接待，发送消息即由您接手。',
    noteSafe: '客户不会看到备注', via: '通过 {channel} 发送', attach: '添加附件', canned: '快捷回复', enter: 'Enter 发送 · Shift+Enter 换行', send: '发送', addNote: '添加备注', sendResolve: '发送并解决',
    moreSend: '更多发送方式', tooLong: '{length}/{limit} 字，超出该渠道限制', drop: '松开即可添加附件', fileTooLarge: '超过 {limit}', removeFile: '移除 {name}',
    popup: { canned: '快捷回复', mention: '同事' },
  },
  context: {
    region: '会话详情', assignee: '负责人', queue: '技能组', priority: '优先级', status: '状态', labels: '标签', customer: '客户资料', history: '历史会话', nobody: '未分配', noQueue: '无技能组',
    me: '我（{name}）', snoozedUntil: '暂缓至 {time}', removeLabel: '移除标签 {name}', addLabel: '添加标签', noLabels: '暂无标签', phone: '电话', noHistory: '这是该客户的首次会话。',
  },
};
