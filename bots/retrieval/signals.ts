/** What a customer says besides asking: call a person, greet, thank, threaten. Small lists on purpose; rules, no model. */

const plain = (text: string): string => text.slice(0, 8_000).normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ').trim();
const bare = (text: string): string => plain(text).replace(/[^\p{L}\p{N} ]+/gu, '').trim();

const PERSON = "(?:person|human(?: being)?|agents?|representatives?|reps?|operator|someone|somebody|advisors?|manager|supervisor|staff|colleague|people|customer (?:service|support|care))";
const REAL = '(?:(?:a|an|the|your|any|one of your|some|another) )*(?:(?:real|live|actual|human|support|service|customer service|customer support) )*';
const END = "(?= ?(?:[.,!?;]|$|please|now|here|instead|about|asap|immediately|right|today|to help|who|that|not|already|for help|i |and ))";

const HUMAN_ENGLISH = [
  new RegExp(`\\b(?:talk|speak|chat|connect|transfer|get|put|pass|hand|escalate|forward|switch|through)(?: me| us| this)?(?: over| through)? (?:to|with|on to) ${REAL}${PERSON}\\b`),
  new RegExp(`\\b(?:need|want|give me|get me|would like|i'd like|call|find me|is there) ${REAL}${PERSON}${END}`),
  new RegExp(`\\b(?:real|live|actual) (?:person|human|agent|operator|people)\\b`),
  new RegExp(`^${REAL}${PERSON},? ?(?:please|now|pls|plz|asap)?[.!?]*$`),
  new RegExp(`\\b(?:human|agent|representative|operator),? (?:please|pls|plz)\\b`),
  /\b(?:live|human) (?:chat|support|help)\b/,
  /\b(?:hate|stop|no more|not|don't want|enough of) (?:a |this |the |your |talking to (?:a |this |the )?)?(?:ro)?bots?\b/,
];
const NOT_HUMAN_ENGLISH = /\b(?:becom(?:e|ing)|hir(?:e|ing)|job|work) (?:as )?(?:an? )?(?:\w+ )?(?:agent|representative|operator|manager)|\b(?:real estate|travel|user|cleaning|insurance|shipping|ai) agents?\b|human (?:resources|rights|error|resource)|\b(?:don'?t|do not|no need to|needn'?t|never) (?:want|need|wish|have)?(?: to)? ?(?:talk|speak|chat|be connected|be transferred|a human|an agent|a person|human)/;

const HUMAN_CHINESE = [
  /[转轉接找要叫换換连連](?:接|到|个|個|一下|一个|您?们?的?)?(?:人工|真人|活人|客服人员|客服專員|客服专员|坐席|座席)/u,
  /(?:人工|真人)(?:客服|服务|服務|坐席|座席|接听|回复|回覆|帮助)/u,
  /(?:转接?|轉接?|找|叫|联系|聯繫|呼叫)(?:一下)?(?:你们的?|你們的?|个|個)?(?:客服|经理|經理|主管|负责人|負責人)/u,
  /(?:和|跟|与|找|同)(?:个|一个|個|一個)?(?:真?人|活人|真正的人|客服|人类|人類)(?:说|說|聊|讲|講|谈|談|对话|對話|沟通)/u,
  /(?:不要|不想|别用|讨厌|不跟|不和).{0,4}机器人/u,
  /^(?:我要|我想|请|請|麻烦|快|要|给我|給我)*(?:人工|真人|活人|客服)(?:吧|呢|啊|呀|谢谢|快点|在吗|在嗎|在不在)*$/u,
  /有(?:没有)?(?:真人|活人|人工)/u,
  /[找叫换](?:一?[个個])人(?:[来跟和帮接说聊给]|$)/u,
];
const NOT_HUMAN_CHINESE = /人工(?:智能|智慧|费|費|成本|合成|降雨|湖|草坪|培育|钻石|鑽石|授精|受孕|呼吸|心脏|翻译)|(?:不用|不需要|不必|无需|別|别|不想|不要)(?:再|给我|帮我)?(?:转|轉|找|接)?(?:接|到)?(?:人工|真人)/gu;
// 'When does the desk open' is a question about people, not for one.
const ABOUT_PEOPLE = /人工(?:客服|服务)?(?:的)?(?:几点|什么时候|工作时间|上班|服务时间|电话|收费|要钱)/u;

// A wish (speak to, want, pass me to) and a person, or the words alone: "una persona" within a sentence may be anybody.
const HUMAN_ELSEWHERE = [
  /(?:hablar|comunicar\w*|contactar|chatear|p[aá]s[ae]\w*|conect\w*|transfi\w*|quiero|necesito|atienda).{0,24}(?:persona|humano|agente|asesor|operador|representante|alguien)|(?:persona|agente|asesor) (?:real|humano|de verdad)|^(?:un |una )?(?:humano|persona|agente|asesor|operador)(?:,? por favor)?[.!]*$/u,
  /(?:parler|discuter|contacter|mettre en relation|passe[zr]|transf[eé]re[zr]|veux|voudrais|besoin).{0,24}(?:humain|conseiller|conseill[eè]re|vraie personne|une personne|quelqu'un|op[eé]rateur|agent)|(?:vraie personne|agent humain)|^(?:un |une )?(?:humain|conseiller|agent|op[eé]rateur)(?:,? (?:s'il (?:vous|te) pla[iî]t|svp|stp))?[.!]*$/u,
  /(?:sprechen|reden|verbinde\w*|m[oö]chte|brauche|will|chatten).{0,24}(?:menschen?|mitarbeiter(?:in)?|echten person|berater(?:in)?|jemande[mn]|kundendienst)|(?:echte[rn]? (?:mensch(?:en)?|person))|^(?:ein(?:en)? )?(?:mensch|mitarbeiter|berater)(?:,? bitte)?[.!]*$/u,
  /(?:falar|conversar|atendid\w*|transfer\w*|passar?|quero|preciso|gostaria).{0,24}(?:humano|pessoa|atendente|agente|operador|algu[eé]m)|(?:pessoa|atendente) (?:real|humano|de verdade)|^(?:um |uma )?(?:humano|atendente|pessoa|operador)(?:,? por favor)?[.!]*$/u,
  /(?:parlare|passa\w*|contattare|mett\w*|voglio|vorrei|bisogno).{0,24}(?:umano|persona|operatore|operatrice|qualcuno|agente|consulente)|persona (?:reale|vera)|^(?:un |una )?(?:umano|operatore|persona)(?:,? per favore| per piacere)?[.!]*$/u,
  /(?:spreken|praten|doorverbinden|wil|graag).{0,24}(?:mens|medewerker|echt persoon|iemand)|^(?:een )?(?:mens|medewerker)(?:,? (?:alsjeblieft|alstublieft|aub))?[.!]*$/u,
  /(?:поговорить|говорить|соедините|переключите|позовите|переведите|свяжите|хочу|нужен|дайте|общаться).{0,24}(?:человек|оператор|сотрудник|менеджер|живым|консультант|людьми)|жив(?:ой|ого|ым) (?:человек|оператор)|^(?:оператора?|человека?|менеджера?)(?:,? пожалуйста)?[.!]*$/u,
  /(?:オペレーター|担当者?|人間|有人|係の人|スタッフ|ヒト|本物の人).{0,10}(?:話|つな|繋|代わ|変わ|かわ|お願い|呼|対応|チャット|相談)|^(?:オペレーター|人間|担当者|有人対応)(?:お願いします|をお願いします)?[。!]*$/u,
  /(?:상담원|상담사|사람|직원|담당자).{0,10}(?:연결|통화|바꿔|대화|이야기|얘기|불러|상담하)|^(?:상담원|사람|직원)(?: ?(?:부탁(?:해요|드립니다)?|주세요))?[.!]*$/u,
  /(?:التحدث|اتحدث|أتحدث|اتكلم|أتكلم|التكلم|تحويلي|حولني|اريد|أريد|عايز|ابغى).{0,24}(?:شخص|موظف|انسان|إنسان|بشري|ممثل|وكيل)|(?:شخص|موظف) (?:حقيقي|بشري)|^(?:موظف|انسان|إنسان|شخص)(?: (?:من فضلك|لو سمحت))?[.!]*$/u,
  /(?:görüşmek|konuşmak|bağla\w*|istiyorum|aktar\w*).{0,4}.{0,20}(?:temsilci|insan|yetkili|gerçek kişi)|(?:temsilci|insan|yetkili|gerçek (?:bir )?kişi)\w*.{0,16}(?:görüş|konuş|bağla|istiyorum|aktar|lütfen)|^(?:müşteri )?temsilcisi?[.!]*$/u,
  /(?:nói chuyện|gặp|chat|kết nối|chuyển).{0,16}(?:người thật|nhân viên|tổng đài viên|tư vấn viên|con người)|^(?:người thật|nhân viên|tư vấn viên)[.!]*$/u,
  /(?:bicara|berbicara|ngobrol|hubungkan|sambungkan|bercakap|chat).{0,20}(?:manusia|orang asli|orang sungguhan|agen|petugas|operator|staf|cs asli)|^(?:manusia|operator|agen)(?: (?:tolong|dong))?[.!]*$/u,
  /(?:คุย|พูด|ติดต่อ|โอน|ขอสาย|เรียก).{0,16}(?:เจ้าหน้าที่|พนักงาน|คนจริง|แอดมิน|มนุษย์)|^(?:ขอ)?(?:เจ้าหน้าที่|คนจริง)(?:ค่ะ|ครับ|หน่อย)*[.!]*$/u,
  /(?:इंसान|व्यक्ति|एजेंट|प्रतिनिधि|आदमी|कर्मचारी).{0,12}(?:बात|जोड़|कनेक्ट|मिला)|(?:insaan|agent|aadmi) se (?:baat|connect)/u,
  /(?:porozmawia\w*|rozmawia\w*|po[lł][aą]cz\w*|chc[eę]|prosz[eę]).{0,20}(?:cz[lł]owiek\w*|konsultant\w*|pracownik\w*)|^(?:konsultanta?|cz[lł]owieka?)(?:,? prosz[eę])?[.!]*$/u,
];
// Work for a person, somebody named, or none wanted.
const NOT_HUMAN_ELSEWHERE = /(?:ser|convertirme en|trabajar como) (?:un )?agente|devenir (?:un )?(?:agent|conseiller)|mitarbeiter werden|tornarme|tornar-me|стать (?:оператором|менеджером)|(?:no|nicht|kein\w*|pas|não|non|не) (?:quiero|necesito|hablar|möchte|will|brauche|parler|besoin|quero|preciso|voglio|ho bisogno|хочу|нужен)|para (?:una|dos|tres|\d+) personas?|por persona|par personne|pro person|per persona|por pessoa|на человека|agente de viajes|agent immobilier|personne [aà] charge/u;

/** The customer asks for a person, in any of some twenty languages. Always honoured, before anything else. */
export function asksForHuman(text: string): boolean {
  const said = plain(text);
  if (said.length < 2_000 && !NOT_HUMAN_ELSEWHERE.test(said) && HUMAN_ELSEWHERE.some((pattern) => pattern.test(said))) return true;
  const chinese = said.replace(NOT_HUMAN_CHINESE, ' ').replace(/[\s\p{P}]+/gu, '');
  if (HUMAN_CHINESE.some((pattern) => pattern.test(chinese)) && !ABOUT_PEOPLE.test(chinese)) return true;
  return !NOT_HUMAN_ENGLISH.test(said) && HUMAN_ENGLISH.some((pattern) => pattern.test(said));
}

/**
 * Complaints, law and money taken: people decide these, and soon. A list, so that it can be read and disputed:
 * complaint or report to an authority; lawyer, court, police; fraud, scam, stolen card; compensation and chargeback.
 */
const POLICY = [
  /投诉|投訴|举报|舉報|起诉|起訴|律师|律師|法院|仲裁|消协|消協|12315|12345|工商局|市监局|报警|報警|公安|诈骗|詐騙|骗子|騙子|欺诈|欺詐|被骗|被騙|骗钱|索赔|索賠|赔偿|賠償|赔钱|退一赔三|假一赔|曝光你|盗刷|盜刷/u,
  /\b(?:complaints?|complain(?:ing)?|sue|suing|lawsuit|lawyers?|attorney|solicitor|legal action|small claims|(?:to|in) court|fraud(?:ulent)?|scam(?:med|mers?)?|charge ?backs?|compensat(?:e|ion)|ombudsman|trading standards|better business bureau|police|unauthori[sz]ed (?:charge|payment|transaction)s?|stole my money|rip(?:ped)? ?off)\b|\bdisput(?:e|ing) (?:a |the |this |my )?(?:charge|payment|bill|transaction)/,
];

/** The matter belongs to people whatever the bot knows; see the list above. */
export function needsPeople(text: string): boolean {
  const said = plain(text);
  return POLICY.some((pattern) => pattern.test(said));
}

const GREETING = /^(?:(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|is (?:anyone|anybody) there|anyone there)(?: there| all| team| everyone)?|你好+|您好+|哈喽|哈啰|嗨|喂|早|早上好|上午好|中午好|下午好|晚上好|在吗|在嗎|在不在|有人吗|有人嗎|请问|請問|请问一下|亲|您好在吗|你好在吗|hi+|hello+)(?:啊|呀|哦)?$/u;
const THANKS = /^(?:(?:ok(?:ay)?|great|perfect|cool|awesome|nice|got it|alright|thats all|no)? ?(?:many )?(?:thanks?|thank you|thx|ty|cheers|bye|goodbye|have a (?:nice|good) day)(?: (?:you|a lot|so much|very much|for your help|again|bye|thats all|that helps|that helped))*|(?:好的?|嗯+|行|可以|知道了|明白了|ok|没事了|不用了)?(?:谢谢|謝謝|多谢|多謝|感谢|感謝|谢了|辛苦了|再见|再見|拜拜)(?:你|您|啦|了|哈|啊|再见|拜拜)*|(?:好的|好|ok|okay|知道了|明白了|没事了|got it|great|perfect|alright|cool))$/u;

/** A greeting and nothing else. */
export const isGreeting = (text: string): boolean => GREETING.test(bare(text)) || GREETING.test(bare(text).replace(/ /g, ''));

/** Thanks, an acknowledgement or a good-bye and nothing else. */
export const isThanks = (text: string): boolean => THANKS.test(bare(text));

/** 'The second one' of the choices offered: 0, 1, 2; -1 for none of them; undefined when it is no such answer. */
export function chosen(text: string): number | undefined {
  const said = bare(text);
  if (/^(?:none(?: of (?:them|these|those|the above))?|neither|no|nope|都不是|都不对|不是|没有|都没有)$/.test(said)) return -1;
  const match = /^(?:第|no |number |option |the )?([1-3]|[一二三]|first|second|third)(?:个|條|条|项|st|nd|rd| one| option)?$/.exec(said)?.[1];
  const places = [['1', '一', 'first'], ['2', '二', 'second'], ['3', '三', 'third']];
  const place = places.findIndex((names) => names.some((name) => name === match));
  return match === undefined || place < 0 ? undefined : place;
}
