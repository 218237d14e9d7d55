/** How fast an answer is found among 100, 10,000 and 100,000, beside one bare MiniSearch BM25 pass over the same texts. */
import MiniSearch from 'minisearch';
import { answerIndex } from '../../server/answers/search.ts';
import type { Indexed } from '../../server/answers/schema.ts';
import { fold } from '../../server/answers/rules/text.ts';

export const name = 'answers';

const QUESTIONS = 1_000;
const SIZES = [100, 10_000, 100_000];

// The same numbers on every machine and run.
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const ZH = {
  thing: '空调 洗衣机 冰箱 手机 耳机 路由器 显示器 键盘 打印机 摄像头 电动车 扫地机器人 净水器 热水器 电饭煲 吸尘器 投影仪 平板电脑 智能手表 音箱'.split(' '),
  part: '滤网 电池 屏幕 遥控器 充电器 说明书 主板 水箱 外壳 开关 电源线 传感器 固件 支架 密封圈'.split(' '),
  matter: '怎么更换 如何清洗 多少钱 保修多久 坏了怎么办 在哪里买 为什么发热 怎么安装 可以退货吗 支持哪些型号 无法开机 怎么连接无线网络 如何恢复出厂设置 多久发货 可以开发票吗'.split(' '),
  place: '北京 上海 广州 成都 杭州 武汉 西安 南京 重庆 深圳 苏州 长沙'.split(' '),
  place2: '旗舰店 专卖店 仓库 服务网点 体验中心'.split(' '),
};
const EN = {
  thing: 'air conditioner,washing machine,fridge,phone,headset,router,monitor,keyboard,printer,camera,scooter,vacuum robot,water filter,boiler,rice cooker,vacuum cleaner,projector,tablet,watch,speaker'.split(','),
  part: 'filter,battery,screen,remote control,charger,manual,main board,tank,case,switch,power cord,sensor,firmware,stand,seal'.split(','),
  matter: 'How do I replace the,How do I clean the,How much is the,How long is the warranty of the,What should I do about a broken,Where can I buy the,Why is it hot: the,How do I install the,Can I return the,Which models fit the,It does not start: the,How do I connect the,How do I reset the,When do you ship the,Can I get an invoice for the'.split(','),
};

/** The i-th of ever so many answers that read like a shop's; every one has its own model number. */
function written(i: number): Indexed {
  const roll = dice(i + 1);
  const pick = (list: string[]): string => list[roll(list.length)] ?? '';
  const model = `${'ABCDEFGHKLMNPRSTX'[roll(17)]}${100 + roll(900)}`;
  if (i % 2 === 0) {
    const [thing, part, matter] = [pick(ZH.thing), pick(ZH.part), pick(ZH.matter)];
    return { id: String(i), locale: 'zh-CN', question: `${thing}${model}的${part}${matter}`, variants: [`${model}${part}${matter}`, `${thing}${part}${matter}`], answer: `请联系${pick(ZH.place)}${pick(ZH.place2)}，提供${thing}${model}的序列号，工作人员会在 ${1 + roll(9)} 个工作日内处理${part}的问题。` };
  }
  const [thing, part, matter] = [pick(EN.thing), pick(EN.part), pick(EN.matter)];
  return { id: String(i), locale: 'en', question: `${matter} ${part} of the ${thing} ${model}?`, variants: [`${thing} ${model} ${part}`, `${matter} ${part} of my ${thing}`], answer: `Have the serial number of your ${thing} ${model} ready and write to us; we take care of the ${part} within ${1 + roll(9)} working days.` };
}

/** A customer's words for the i-th answer: a few left out, a few said besides. */
function asked(i: number): string {
  const one = written(i);
  if (i % 10 === 9) return one.locale === 'zh-CN' ? '请问今天天气怎么样，可以帮我写首诗吗' : 'what is the weather today and could you write me a poem';
  return one.locale === 'zh-CN' ? `你好，我想问一下${one.question.replace('的', '')}，谢谢` : `hi there, ${one.question.toLowerCase().replace(' of the', '')} thanks`;
}

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
// Other programs run beside us: of several passes the one least disturbed says what a search costs; the bare pass gets the same.
const PASSES = 3;
function calmest(questions: string[], search: (text: string, i: number) => void): number[] {
  const passes = Array.from({ length: PASSES }, () => timed(questions, search));
  return passes.toSorted((a, b) => at(a, 0.99) - at(b, 0.99))[0] ?? [];
}
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function timed(questions: string[], search: (text: string, i: number) => void): number[] {
  return questions.map((text, i) => {
    const start = performance.now();
    search(text, i);
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
}

// Uni- and bigrams of Chinese, words of the rest: what MiniSearch needs to be given to work in both languages.
function grams(text: string): string[] {
  const tokens: string[] = [];
  for (const [run] of fold(text).matchAll(/\p{Script=Han}+|[\p{L}\p{N}]+/gu)) {
    if (!/\p{Script=Han}/u.test(run)) tokens.push(run);
    else for (let i = 0; i < run.length; i++) tokens.push(...(i > 0 ? [run.charAt(i), run.slice(i - 1, i + 1)] : [run.charAt(i)]));
  }
  return tokens;
}

/** Figures for each size: milliseconds a search, microseconds to add an answer, and the bare pass. */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const figures: Record<string, number | boolean | string> = {};
  for (const size of SIZES) {
    const answers = Array.from({ length: size }, (_, i) => written(i));
    const questions = Array.from({ length: QUESTIONS }, (_, i) => asked((i * 7_919) % size));
    const index = answerIndex();
    let start = performance.now();
    for (const answer of answers) index.add(answer);
    const adding = performance.now() - start;
    index.settle();
    let found = 0;
    const ours = calmest(questions, (text, i) => {
      const [top] = index.search(text, /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en');
      if (top?.answerId === String((i * 7_919) % size)) found++;
    });
    const bare = new MiniSearch<Indexed>({ fields: ['question', 'variants', 'answer'], tokenize: grams, extractField: (document, field) => (field === 'variants' ? document.variants.join(' ') : field === 'question' ? document.question : field === 'answer' ? document.answer : document.id) });
    start = performance.now();
    bare.addAll(answers);
    const bareAdding = performance.now() - start;
    const theirs = calmest(size > 100 ? questions.slice(0, size > 10_000 ? 8 : 100) : questions, (text) => void bare.search(text, { boost: { question: 2, variants: 2 } }));
    Object.assign(figures, {
      [`p50_${size}`]: rounded(at(ours, 0.5)), [`p99_${size}`]: rounded(at(ours, 0.99)), [`addMicroseconds_${size}`]: rounded((adding * 1_000) / size),
      [`found_${size}`]: rounded(found / (QUESTIONS * PASSES)),
      [`bareP50_${size}`]: rounded(at(theirs, 0.5)), [`bareP99_${size}`]: rounded(at(theirs, 0.99)), [`bareAddMicroseconds_${size}`]: rounded((bareAdding * 1_000) / size),
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ours = Number(figures['p50_10000']);
  return {
    ...figures, perSecond: Math.round(1_000 / ours), p50: ours, p99: Number(figures['p99_10000']),
    ratio: rounded(ours / Number(figures['bareP50_10000'])),
    pass: Number(figures['p99_10000']) < 20 && Number(figures['p99_100000']) < 50,
  };
}
