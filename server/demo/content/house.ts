/** The demo shop's own house: its people, queues, labels and kept replies. */
import type { CannedReplyInput } from '../../canned-replies/schema.ts';
import type { Label } from '../../labels/schema.ts';
import type { PersonInput } from '../../people/schema.ts';
import type { QueueName } from './shape.ts';

/** Somebody of the demo; `queues` they serve. */
export type Colleague = Omit<PersonInput, 'password'> & { queues: QueueName[] };

/** The one who can sign in comes first. */
export const colleagues: Colleague[] = [
  { name: 'Demo 演示', email: 'demo@hubbub.example', role: 'admin', locale: 'zh-CN', capacity: 10, skills: [{ name: '退款', level: 3 }, { name: 'refunds', level: 3 }, { name: '发票', level: 3 }, { name: 'invoices', level: 3 }, { name: '技术', level: 3 }, { name: 'technical', level: 3 }, { name: '销售', level: 3 }, { name: 'sales', level: 3 }, { name: '投诉', level: 3 }, { name: 'complaints', level: 3 }], queues: ['service', 'sales', 'technical'] },
  { name: '陈思远', email: 'chen@hubbub.example', role: 'supervisor', locale: 'zh-CN', capacity: 6, skills: [{ name: '退款', level: 4 }, { name: '投诉', level: 5 }, { name: '发票', level: 4 }], queues: ['service', 'sales'] },
  { name: 'Sarah Mitchell', email: 'sarah@hubbub.example', role: 'supervisor', locale: 'en', capacity: 6, skills: [{ name: 'refunds', level: 4 }, { name: 'complaints', level: 5 }, { name: 'invoices', level: 4 }], queues: ['service', 'sales'] },
  { name: '林小雨', email: 'lin@hubbub.example', role: 'agent', locale: 'zh-CN', capacity: 6, skills: [{ name: '退款', level: 3 }, { name: '发票', level: 3 }], queues: ['service'] },
  { name: '周明', email: 'zhou@hubbub.example', role: 'agent', locale: 'zh-CN', capacity: 6, skills: [{ name: '技术', level: 4 }, { name: '退款', level: 2 }], queues: ['technical', 'service'] },
  { name: '许佳', email: 'xu@hubbub.example', role: 'agent', locale: 'zh-CN', capacity: 6, skills: [{ name: '销售', level: 4 }], queues: ['sales', 'service'] },
  { name: 'Tom Becker', email: 'tom@hubbub.example', role: 'agent', locale: 'en', capacity: 6, skills: [{ name: 'technical', level: 4 }, { name: 'refunds', level: 2 }], queues: ['technical', 'service'] },
  { name: 'Priya Nair', email: 'priya@hubbub.example', role: 'agent', locale: 'en', capacity: 6, skills: [{ name: 'sales', level: 4 }, { name: 'refunds', level: 3 }, { name: 'invoices', level: 3 }], queues: ['sales', 'service'] },
];

/** Names of the queues. */
export const queueNames: Record<QueueName, string> = { service: '售后服务 Service', sales: '售前咨询 Sales', technical: '技术支持 Technical' };

const colours: Record<string, Label['color']> = { 投诉: 'error', complaint: 'error', 退款: 'warning', refund: 'warning', 表扬: 'success', praise: 'success', 企业采购: 'primary', business: 'primary', 故障: 'error', bug: 'error', 物流: 'info', delivery: 'info' };

/** The colour of a label. */
export const colourOf = (name: string): Label['color'] => colours[name] ?? 'neutral';

/** Kept for conversations of any matter. */
export const extraLabels = ['VIP', '回访'];

/** Replies kept ready. */
export const keptReplies: CannedReplyInput[] = [
  { shortcut: 'hi', title: '问候', text: '{{contact.name}}您好，我是{{agent.name}}，很高兴为您服务，请问有什么可以帮您？', locale: 'zh-CN' },
  { shortcut: 'wait', title: '请稍等', text: '请稍等，我马上为您查询，大约需要两三分钟。', locale: 'zh-CN' },
  { shortcut: 'sorry', title: '致歉', text: '非常抱歉给您带来不便，我会尽快为您处理好。', locale: 'zh-CN' },
  { shortcut: 'order', title: '询问订单号', text: '麻烦提供一下订单号或下单手机号后四位，我来为您查询。', locale: 'zh-CN' },
  { shortcut: 'photo', title: '请发照片', text: '麻烦拍一下商品和外包装的照片发给我，核实后马上为您处理。', locale: 'zh-CN' },
  { shortcut: 'refund', title: '退款时效', text: '退款已提交，将在 1 至 3 个工作日内原路退回，请留意到账通知。', locale: 'zh-CN' },
  { shortcut: 'invoice', title: '发票资料', text: '请提供公司抬头和税号，我马上为您开具电子发票。', locale: 'zh-CN' },
  { shortcut: 'bye', title: '结束语', text: '感谢您的咨询，祝您生活愉快，再见！', locale: 'zh-CN' },
  { shortcut: 'hello', title: 'Greeting', text: 'Hello {{contact.name}}, this is {{agent.name}}. How can I help?', locale: 'en' },
  { shortcut: 'moment', title: 'One moment', text: 'One moment please, I am looking this up for you.', locale: 'en' },
  { shortcut: 'apology', title: 'Apology', text: 'I am sorry for the trouble. I will sort this out for you right away.', locale: 'en' },
  { shortcut: 'number', title: 'Ask for the order', text: 'Could you send me the order number, or the e-mail address you ordered with?', locale: 'en' },
  { shortcut: 'picture', title: 'Ask for a photo', text: 'Could you send me a photo of the item and of the box? Then I can act at once.', locale: 'en' },
  { shortcut: 'thanks', title: 'Closing', text: 'Thank you for writing to us, and have a lovely day!', locale: 'en' },
];
