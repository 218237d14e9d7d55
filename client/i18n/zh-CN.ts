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
    available: '在线', busy: '忙碌', break: '小休', offline: '离线', missed: '漏接', offlineHint: '您当前离线，不会接入新会话。', missedHint: '您连续漏接，已暂停接入新会话。', goAvailable: '上线接待', load: '已用接待容量 {share}%',
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
  priority: { 0: '低', 1: '普通', 2: '较高', 3: '高', 4: '紧急' },
  list: {
    region: '会话列表', views: '视图', view: { mine: '我的', unassigned: '未分配', all: '全部' }, search: '搜索会话或客户', filter: '按状态和渠道筛选', allChannels: '全部渠道',
    waiting: '{n} 个新会话', waits: '等待 {time}', draft: '草稿', byBot: '机器人：', byUs: '我方：', withBot: '机器人接待', unread: '{n} 条未读消息', channelGone: '渠道已删除',
    visitor: '访客 {code}', nameless: '未命名', noPreview: '无文字内容', loading: '正在加载会话', failed: '会话列表加载失败', noMatch: '没有找到相关会话', comma: '、',
    empty: { mine: '暂无需要您处理的会话', unassigned: '暂无排队的客户', all: '这里还没有会话' },
    emptyText: '新会话会自动出现在这里，也可以切换其他状态或视图查看。',
  },
  offer: { label: '新会话：{name}', accept: '接受', decline: '拒绝' },
  thread: {
    region: '会话', messages: '消息记录', none: '请选择一个会话', noneText: '按 J、K 切换会话，R 回复，E 解决，? 查看全部快捷键。', gone: '该会话不存在',
    loading: '加载中…', viewing: '{names} 也在查看', writing: '{names} 正在输入', typing: '{name} 正在输入…', unread: '以下为新消息', toEnd: '回到最新消息', missed: '{n} 条新消息',
  },
  entry: {
    outside: '系统外回复', quoted: '引用的消息', edited: '已编辑', recalled: '已撤回', showOriginal: '查看原文', hideOriginal: '收起原文', reactions: '表情回应 {emoji}，{n} 个', awaited: '正在获取', lost: '获取失败：{reason}', miniProgram: '小程序', template: '模板 {name}',
    bot: '机器人', me: '我', you: '我', system: '系统', program: '程序', someone: '某位同事', note: '内部备注', noteBy: '{name} 的内部备注', messageBy: '{name} 的消息', sources: '引用来源', attachment: '附件',
    openPicture: '查看图片 {name}', unreadable: '消息无法显示，原始内容见附件。', unreadableKind: '不支持的消息类型（{kind}），原始内容见附件。', noSubject: '（无主题）', cc: '抄送：{names}', bcc: '密送：{names}', mailBody: '邮件正文',
    picturesBlocked: '已拦截外部图片，加载图片会让发件人得知您已阅读。', showPictures: '显示图片', showQuoted: '显示引用内容', hideQuoted: '收起引用内容',
    automatic: { 'auto-reply': '自动回复', bounce: '退信', bulk: '群发邮件' },
  },
  delivery: { queued: '待发送', sent: '已发送', delivered: '已送达', read: '已读', failed: '发送失败', unknown: '发送状态未知', withdrawn: '发出前已撤回' },
  outbox: {
    sending: '发送中…', failed: '未发送成功。{reason}', conflict: '您编辑期间已有人回复客户，请先查看再决定是否发送。', anyway: '仍要发送', edit: '编辑',
  },
  handOver: {
    title: '机器人已转人工', why: '转接原因', summary: '会话摘要', tried: '尝试过的答案',
    reason: { asked: '客户要求人工服务', 'low-confidence': '没有可靠的答案', policy: '按规则由人工处理', error: '机器人出现异常', 'automatic-off': '自动回复已关闭' },
  },
  activity: {
    event: '平台事件：{text}', optedOut: '客户不希望再收到消息：{words}', optedIn: '客户愿意重新接收消息：{words}', moved: '地址由 {from} 变更为 {to}',
    assigned: '{who} 将会话分配给 {to}', assignedAuto: '会话已分配给 {to}', took: '{who} 接入了会话', unassigned: '{who} 取消了分配', unassignedAuto: '会话已取消分配',
    transferred: '{who} 将会话转接至 {queue}', queued: '进入 {queue} 排队', waiting: '等待人工接入', declined: '{who} 拒绝了接入', missed: '未在时限内接入', returned: '{who} 将会话放回排队',
    resolved: '{who} 解决了会话', resolvedBy: { bot: '机器人已解决会话', contact: '客户结束了会话', system: '会话已自动解决' }, reopened: '{who} 重新打开了会话', reopenedAuto: '客户再次来信，会话已重新打开',
    snoozed: '{who} 将会话暂缓至 {until}', woken: '暂缓到期，会话已恢复', pending: '{who} 设为等待客户回复', labelled: '{who} 设置标签：{labels}', unlabelled: '{who} 移除了全部标签',
    prioritised: '{who} 将优先级设为 {priority}', other: '事件：{kind}',
  },
  snooze: { hour: '一小时后', evening: '今天傍晚', tomorrow: '明天上午', monday: '下周一', custom: '自定义时间' },
  assign: { people: '客服', queues: '技能组', hint: '搜索客服或技能组' },
  tools: { label: '消息操作', quote: '引用回复', edit: '编辑', recall: '撤回', unreact: '取消我的回应' },
  templates: { choose: '模板', title: '发送模板消息', text: '平台已审核通过的内容，任何时候都可以发送。', none: '该渠道没有已通过审核的模板。', variable: '变量 {n}' },
  composer: {
    windowClosed: '平台当前不允许自由发送：请发送模板，或等待客户再次来消息。', windowUntil: '{time} 前可自由发送', windowLeft: '{time} 前还可发送 {n} 条',
    mode: '书写内容', reply: '回复', note: '内部备注', replyHint: '输入消息，/ 调出快捷回复', noteHint: "仅团队可见，{'@'} 提及同事", botHint: '机器人正在接待，发送消息即由您接手。',
    noteSafe: '客户不会看到备注', via: '通过 {channel} 发送', attach: '添加附件', canned: '快捷回复', enter: 'Enter 发送 · Shift+Enter 换行', send: '发送', addNote: '添加备注', sendResolve: '发送并解决',
    moreSend: '更多发送方式', tooLong: '{length}/{limit} 字，超出该渠道限制', segments: '{count} 条短信，本条还可输入 {left} 字', drop: '松开即可添加附件', fileTooLarge: '超过 {limit}', removeFile: '移除 {name}',
    popup: { canned: '快捷回复', mention: '同事' },
  },
  mail: {
    recipients: '收件人', to: '收件', cc: '抄送', bcc: '密送', addCopies: '抄送 / 密送', copiesHint: '多个地址用逗号分隔', wrong: '不是有效的邮箱地址：{addresses}',
    forwarded: '转发邮件，原发件人 {who}', resembles: '这封邮件可能属于另一会话（{n}% 相似），未自动合并。', openThread: '打开该会话',
    protection: { 'pgp-encrypted': 'PGP 加密邮件，内容见附件', 'pgp-signed': '带 PGP 签名，签名未验证', 'smime-encrypted': 'S/MIME 加密邮件，内容见附件', 'smime-signed': '带 S/MIME 签名，签名未验证' },
    invitation: { REQUEST: '日程邀请', CANCEL: '日程已取消', REPLY: '日程答复', COUNTER: '建议改期', PUBLISH: '日程' },
  },
  context: {
    region: '会话详情', assignee: '负责人', queue: '技能组', priority: '优先级', status: '状态', labels: '标签', customer: '客户资料', history: '历史会话', nobody: '未分配', noQueue: '无技能组',
    me: '我（{name}）', snoozedUntil: '暂缓至 {time}', removeLabel: '移除标签 {name}', addLabel: '添加标签', noLabels: '暂无标签', phone: '电话', noHistory: '这是该客户的首次会话。',
  },
  settings: { preferences: '个人设置', canned: '快捷回复', labels: '标签', channels: '渠道', people: '团队成员', queues: '技能组', tokens: 'API 令牌', quarantine: '隔离区' },
  ask: { remove: '确定删除吗？' },
  preferences: {
    text: '仅对您本人生效，并在所有设备上同步。', me: '个人信息', theme: '外观', notices: '声音与通知', noticesText: '用于新会话接入提醒，以及您负责会话的新消息。',
    sound: '播放提示音', testSound: '试听提示音', soundLocked: '浏览器仍在拦截声音，请在地址栏允许本站播放声音后重试。', volume: '音量', desktop: '桌面通知',
    testNotice: '测试通知', noticeBody: '通知会以这种形式显示。', noticeDenied: '浏览器已禁止本站发送通知，请在地址栏中允许。', shortcuts: '启用单键快捷键',
    shortcutsText: '包括 J、K、R、N、E 等。如与您使用的其他工具冲突，可在此关闭。',
  },
  canned: {
    text: '书写时输入 / 即可调用。', add: '新建快捷回复', edit: '编辑快捷回复', empty: '还没有快捷回复', emptyText: '把每天都要说的话存下来：问候语、发货时间、退货流程。之后在会话中输入 / 即可插入。',
    shortcut: '快捷词', shortcutHelp: '可用文字、数字、- 或 _', title: '标题', body: '内容', variables: "{'{{contact.name}}'} 和 {'{{agent.name}}'} 会自动替换。",
  },
  labels: {
    text: '按内容对会话归类。', name: '标签名称', colorName: '颜色', empty: '还没有标签', emptyText: '例如：退款、物流、VIP。标签可用于筛选和统计。', removeText: '已有会话会保留标签“{name}”，但之后不可再选用。',
    color: { neutral: '灰色', primary: '蓝色', success: '绿色', warning: '琥珀色', error: '红色', info: '青色' },
  },
  tokens: {
    text: '供其他系统调用 API，权限与所选角色一致。', add: '创建令牌', once: '新令牌', onceText: '请立即复制。系统仅保存其哈希值，之后无法再次查看。', kept: '已妥善保存', empty: '还没有令牌',
    emptyText: '可为商城、CRM 或脚本创建令牌，接口说明见 /docs。', used: '最近使用：{time}', unused: '从未使用', name: '用途', roleHelp: '请选择够用的最小权限。', revoke: '吊销', revokeText: '使用“{name}”的程序将立即失去访问权限。',
  },
  quarantine: {
    text: '已收到但无法解析的消息。原始内容完整保留，不会丢弃。', empty: '所有消息均已正常解析', emptyText: '如收到损坏的消息，会连同原因和原件保留在此。', raw: '下载原件',
  },
  people: {
    text: '管理接待客户的成员、技能与接待容量。', add: '添加成员', edit: '编辑成员', disabled: '已停用', disable: '停用账号，不允许登录', passwordKeep: '留空则不修改', capacityHelp: '可同时接待的会话数',
    skillsHelp: '1（了解）至 5（精通），技能组可据此分配会话。', skill: '技能，例如 退款', level: '等级 1 至 5',
    about: { admin: '可修改全部设置', supervisor: '可查看全部会话并维护机器人知识', agent: '接待客户' },
  },
  queues: {
    text: '技能组是拥有固定成员的排队队列，渠道和机器人会将客户转接至此。', add: '新建技能组', edit: '编辑技能组', empty: '还没有技能组', emptyText: '未设置技能组时，所有成员共同接待。可按售前、售后或语种分别设置。',
    name: '名称', members: '成员', everyone: '全体成员', count: '{n} 人', offer: '接入方式', auto: '自动接入', seconds: '{n} 秒内接受', strategyName: '分配策略',
    strategy: { 'longest-idle': '空闲最久优先', 'least-busy': '负载最低优先', 'round-robin': '轮流分配' }, priorityHelp: '优先级高的技能组先被接待', offerSeconds: '接受时限（秒）', autoAccept: '自动接入，无需手动接受',
    requires: '所需技能', requiresHelp: '仅分配给具备这些技能且达到等级的成员。', removeText: '“{name}”中排队的客户将由全体成员接待。',
  },
  channels: {
    account: {
      title: '账号', text: '由本人在{provider}的页面上同意后，Hubbub 即可收发邮件，无需保存密码。', other: '服务商', lost: '{provider}已不再允许登录', go: '连接账号',
      connect: '通过{provider}连接', again: '重新通过{provider}连接', redirect: '需在服务商处登记的回调地址', connected: '账号已连接。', denied: '未在服务商页面上同意授权，设置没有改变。',
      expired: '时间过长，或已经完成过，请重新开始。', foreign: '这次连接是在另一个浏览器中或由他人开始的，请重新开始。', refused: '服务商没有连接该账号：{reason}',
    },
    details: '详情', signIn: '用手机登录', scan: '请用手机扫描二维码', typeCode: '请在手机上输入此配对码', codeLeft: '{time} 内有效', codeRenewed: '正在刷新，请稍候', actions: '操作',
    calls: { title: '平台最近的调用', none: '服务启动以来平台尚未调用，请检查平台后台是否已填写 Webhook 地址。' },
    report: {
      title: '运行状况', lastIn: '最近收到', lastOut: '最近发出', received: '24 小时内收到', sent: '24 小时内发出', errors: '未送达比例', backlog: '等待发送', runningSince: '已运行', completeUntil: '此前消息完整无缺',
      never: '暂无', cannotAsk: '平台不支持核对', gap: '上一次核对遗漏消息失败：{reason}',
    },
    text: '客户联系您的入口，所有渠道的消息汇入同一个收件箱。', once: '请保存密钥', onceText: '仅显示这一次，对接方需要用它为消息签名。', addMore: '接入更多渠道', addFirst: '接入第一个渠道',
    connect: '接入', unofficial: '非官方', edit: '{name} 的设置', new: '接入{kind}', name: '名称', queue: '技能组', anyone: '全体成员', bot: '机器人优先接待', botHelp: '没有可靠答案时自动转人工。',
    webhook: 'Webhook 地址', demo: '体验', enabled: '启用 {name}', lastInbound: '最近消息：{time}', removeText: '“{name}”将断开连接，历史会话仍会保留。', secretKept: '已保存，留空则不修改', lines: '每行一个',
    health: { ready: '已连接', waiting: '连接中', degraded: '异常', down: '已中断', off: '已停用' },
  },
  answers: {
    text: '机器人只依据这里的内容作答并注明来源，没有把握时转人工。', add: '新建问答', edit: '编辑问答', import: '批量导入', tryIt: '测试机器人', askHint: '像客户一样提问', ask: '提问', sure: '置信度',
    wouldHandOver: '机器人没有足够把握，会转接人工。可补充答案或添加相似问法。', search: '搜索问题和答案', empty: '知识库还是空的', emptyText: '先录入最常被问到的十个问题，并为每个问题补充相似问法，再在上方测试。',
    question: '标准问题', answer: '答案', variants: '相似问法', variantsHelp: '每行一个', variantCount: '{n} 个相似问法', more: '加载更多', imported: '已导入 {n} 条问答',
    importText: '列顺序：问题、答案、相似问法。可从表格粘贴，或选择 CSV 文件。', importRows: '导入 {n} 条', file: '选择 CSV 文件', pasteHere: '问题与答案', pasteHint: '多久发货？,付款后一个工作日内发出。,什么时候发货',
    badLines: '以下行缺少问题或答案，已跳过：第 {lines} 行',
  },
  person: {
    title: '同一客户', suggestions: '可能是同一客户', score: '{n}% 相似', against: '以下信息不一致：{kinds}', same: '是同一人', different: '不是同一人', join: '合并其他联系人', joinText: '双方的会话和地址都会保留，随时可以拆分。',
    reason: '判断依据', part: '拆分', partTitle: '拆分 {name}？', partText: '拆分后各自保留自己的会话，如同从未合并，系统不会再自动合并两者。', claimed: '未验证', timeline: '全渠道时间线',
    consents: '客户许可', granted: '愿意接收消息', refused: '拒绝接收消息', kind: { phone: '手机号', email: '邮箱', name: '姓名' },
  },
  contacts: {
    search: '按姓名或联系方式搜索', empty: '还没有客户', emptyText: '任意渠道的来访客户都会自动出现在这里。', none: '请选择客户', noneText: '查看该客户在所有渠道的会话。', session: '仅限当前浏览器', conversations: '全部会话',
  },
  setup: {
    steps: '步骤', step: { account: '管理员账号', channel: '网页聊天', answers: '机器人知识', done: '完成' },
    account: { title: '欢迎使用 Hubbub', text: '创建首位管理员。全程约三分钟，无需重启服务。', token: '初始化口令', tokenHelp: '见服务启动时输出的链接。', passwordHelp: '至少 10 个字符', submit: '创建账号' },
    channel: {
      title: '与网站访客对话', text: '创建网页聊天，并在预览中给自己发一条测试消息。', name: '渠道名称', nameHelp: '仅团队可见', defaultName: '官网', create: '创建网页聊天', arrived: '测试消息已收到', waiting: '等待您的测试消息',
      try: '请在预览中以访客身份发送一条消息。', snippet: '网站嵌入代码', snippetHelp: '将代码粘贴到网页 body 结束标签之前，也可以稍后再做。', preview: '网页聊天预览', previewSoon: '实时预览将显示在这里。',
    },
    answers: {
      title: '教机器人回答第一批问题', text: '请将下列建议改成符合您业务的内容，然后测试机器人。', number: '问答 {n}', teach: '保存并测试', taught: '机器人已学会 {n} 条问答，试试看：',
      shipping: { question: '多久可以发货？', answer: '付款后一个工作日内发货，一般二至四天送达。', ask: '我的订单什么时候发货？' },
      returns: { question: '如何退货？', answer: '签收后 30 天内可申请退货：进入订单详情，点击“申请退货”并打印退货单即可。' },
      hours: { question: '人工客服的工作时间？', answer: '人工客服工作时间为周一至周五 9:00-18:00，其他时间可留言，我们会在上班后第一时间回复。' },
    },
    done: {
      title: '一切就绪', text: '打开收件箱，回复您的第一个会话。', account: '已创建管理员', channel: '已接入网页聊天', message: '已收到测试消息', go: '去完成', later: '接下来，您可以', open: '打开收件箱',
      more: { people: '邀请同事加入', channels: '接入邮件等更多渠道', answers: '完善机器人知识', preferences: '开启声音与桌面通知' },
    },
  },
};
