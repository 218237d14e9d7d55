/** The demo shop's words, Chinese and English. */
const en = {
  title: 'Paper Crane Stationery', shop: 'Paper Crane', nav: 'Main', navNew: 'New', navHelp: 'Help', navEmbed: 'About this demo', language: '中文', theme: 'Light / dark',
  kicker: 'Autumn 2026', headline: 'Paper that asks to be written on', lead: 'Notebooks, brushes and inks from small workshops, sent within one working day.', ask: 'Ask us anything', goods: 'New arrivals',
  notebook: 'Linen notebook, A5', notebookPrice: '$18', notebookNote: '160 pages, lies flat, dotted', brush: 'Calligraphy brush', brushPrice: '$24', brushNote: 'Goat and weasel hair, bamboo', ink: 'Pine-soot ink', inkPrice: '$12', inkNote: '50 ml, warm black',
  helpTitle: 'Questions?', helpLead: 'The assistant in the corner answers from our help pages. It says where it knows from, and passes you to a person whenever you like.',
  q1: 'How long does delivery take?', q2: 'Can I return a notebook?', q3: 'Talk to a human',
  embedTitle: 'Two lines put this chat on your site', embedLead: 'Paste them anywhere in the page, the head included. Nothing is stored on the visitor\u2019s device before they open the chat.',
  embedMore: 'With a strict content security policy, use the data-channel attribute on the script alone. Pages can call Hubbub.open(), setUser(), setLocale(), setTheme(), on() and reset().',
  missing: 'This page needs a web-chat channel: add ?channel=ID to the address. The ID is on the channel\u2019s page in the console.', foot: 'A demonstration shop. Nothing here is for sale.',
};
export type Word = keyof typeof en;

const zh: Record<Word, string> = {
  title: '纸鹤文具', shop: '纸鹤文具', nav: '主导航', navNew: '新品', navHelp: '帮助', navEmbed: '关于本演示', language: 'English', theme: '浅色 / 深色',
  kicker: '2026 秋', headline: '让人想动笔的纸', lead: '来自小作坊的笔记本、毛笔与墨，一个工作日内发货。', ask: '有问题？问我们', goods: '新品上架',
  notebook: '亚麻笔记本 A5', notebookPrice: '¥128', notebookNote: '160 页，可平摊，点阵', brush: '兼毫毛笔', brushPrice: '¥168', brushNote: '羊毫与狼毫，竹杆', ink: '松烟墨汁', inkPrice: '¥86', inkNote: '50 毫升，暖黑',
  helpTitle: '有疑问？', helpLead: '右下角的智能助手根据帮助文档作答，并注明出处；随时可以转人工。',
  q1: '多久能到货？', q2: '笔记本可以退货吗？', q3: '转人工',
  embedTitle: '两行代码，把对话放进您的网站', embedLead: '粘贴到页面任意位置即可，放在 head 里也行。访客打开对话之前，不会在其设备上存储任何内容。',
  embedMore: '如果内容安全策略较严格，只用 script 标签的 data-channel 属性即可。页面可调用 Hubbub.open()、setUser()、setLocale()、setTheme()、on() 与 reset()。',
  missing: '本页需要一个网页聊天渠道：请在地址后加上 ?channel=渠道编号，编号见管理台的渠道页面。', foot: '这是演示商店，商品并不出售。',
};

/** Every word in both languages. */
export const words = { 'zh-CN': zh, en };
