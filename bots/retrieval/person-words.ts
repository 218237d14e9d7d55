/** How people ask for a person, language by language. Lists, so that they can be read and disputed; rules, no model. */

/**
 * One language. `talk`: verbs that bring somebody on the line, then a person; `want`: a wish with a person right after it;
 * `alone`: what may stand around the person when nothing else is said; `besides`: what fits none of this. `not`: what looks
 * like it and is none. Words end where letters end, unless the language writes without spaces.
 */
type Language = { talk?: string; want?: string; article?: string; person: string; after?: string; alone?: string; besides?: string[]; not?: string[] };

const start = '(?<![\\p{L}\\p{M}])';
const end = '(?![\\p{L}\\p{M}])';

const LANGUAGES: Language[] = [
  { // Spanish
    talk: "hablar|habl[eo]|comunic\\p{L}+|comun[ií]qu\\p{L}+|contact(?:ar|o)|chatear|p[aá]s[ae](?:me|nos|r|rme)?|con[eé]ct[ae](?:me|nos|rme)|transfi[eé]ra(?:n?me|nos)|transferir(?:me|nos)|atiend[ae]n?|atender|der[ií]v[ae](?:me|nos)",
    want: 'quiero|necesito|quisiera|prefiero|deme|d[ae]me|con', article: 'un|una|al?|con|el|la|alg[uú]n|su',
    person: '(?<!otra )persona|humano|agente|asesora?|operadora?|representante|alguien|ejecutiv[oa]|supervisora?|gerente', after: 'real|humano|de verdad|que me', alone: 'por favor|porfa',
    besides: ['(?:persona|agente|asesor) (?:real|humano|de verdad)', '(?:atenci[oó]n|ayuda) humana', '^servicio al cliente(?:,? por favor)?[.!]*$', '\\bno quiero (?:hablar con )?(?:un |m[aá]s )?(?:ro)?bots?\\b'],
    not: ['agentes? de \\p{L}+', 'ser (?:un )?agente', '\\bno (?:quiero|necesito|hace falta)(?: hablar)?(?: con)? (?:un |una )?(?:persona|humano|agente|asesor)'],
  },
  { // French
    talk: 'parler|discuter|contacter|joindre|(?:mis|mise|mettre|mettez)(?:-moi)? en relation|passe[zr]?[- ]moi|me passer|transf[eé]re[zr]?[- ]moi',
    want: "je (?:veux|voudrais|souhaite|pr[eé]f[eè]re)|besoin d[e']|il me faut|donnez[- ]moi", article: "une?|[aà]|avec|d'|le|la|l'|vraie?|votre",
    person: "humain|[eê]tre humain|conseill(?:er|[eè]re)|(?<!autre )personne|quelqu'un|op[eé]rat(?:eur|rice)|agent|responsable|t[eé]l[eé]conseiller", after: 'humaine?|r[eé]el(?:le)?|qui', alone: "s'il (?:vous|te) pla[iî]t|svp|stp|merci",
    besides: ['vraie personne', 'agent humain', "^(?:le )?service client(?:,? (?:s'il (?:vous|te) pla[iî]t|svp|stp))?[.!]*$", '\\b(?:pas|plus) (?:parler |discuter )?(?:[aà] |avec )?(?:un |de |une )?(?:ro)?bots?\\b'],
    not: ['devenir (?:un )?(?:agent|conseiller)', 'agent (?:immobilier|de \\p{L}+)', 'personne [aà] charge', "\\bpas (?:besoin )?(?:de |d')?(?:parler )?(?:[aà] |avec )?(?:une? )?(?:personne|humain|conseiller)"],
  },
  { // German
    talk: 'verbinde\\p{L}*|weiterleiten an|sprechen mit|reden mit|chatten mit|spreche ich mit', want: '(?:ich|wir) (?:will|m[oö]chte|brauche|h[aä]tte gern)|geben sie mir|gib mir|brauche|bitte|kein bot,?', article: 'mit|einem|einen?|einer|ein|den|an|echten?|richtigen?|menschlichen?|zu',
    person: 'mensch(?:en)?|mitarbeiter(?:in)?|(?:echte |richtige )person|berater(?:in)?|jemande[mn]|kundenberater|kundendienst|kundenservice|sachbearbeiter', after: 'sprechen|reden|chatten|der mir', alone: 'bitte',
    besides: ['\\bmit (?:\\p{L}+ ){0,2}(?:menschen?|mitarbeiter(?:in)?|person|berater(?:in)?|jemandem|kundendienst|kundenservice|support)(?: (?:am telefon|direkt|persönlich))? (?:sprechen|reden|chatten|telefonieren|verbunden|schreiben)', 'echte[rn]? (?:mensch(?:en)?|person)', '\\b(?:nicht|kein\\p{L}*) (?:mehr )?(?:mit )?(?:einem |einen |dem )?(?:ro)?bot\\b'],
    not: ['mitarbeiter(?:in)? werden', '(?:nicht|kein\\p{L}*) (?:mit )?(?:einem |einen )?(?:menschen|mitarbeiter|berater)\\b'],
  },
  { // Portuguese
    talk: 'falar|conversar|atendid[oa]|me (?:passa|passe|transfere|transfira|conecta|conecte|encaminha|encaminhe)', want: 'quero|preciso(?: de)?|gostaria de|prefiro', article: 'um|uma|com|o|a|para',
    person: '(?<!outra )pessoa|humano|atendente|agente|operadora?|algu[eé]m|representante|consultora?|gerente|supervisora?', after: 'real|humano|de verdade|que', alone: 'por favor|pfv',
    besides: ['(?:pessoa|atendente) (?:real|humano|de verdade)', 'atendimento humano', '(?:transferir|passar|encaminhar) para (?:um |uma |o )?(?:atendente|humano|operador)', 'n[aã]o quero (?:falar |conversar )?(?:com )?(?:um |o )?(?:rob[oô]|bot)'],
    not: ['tornar-me (?:um )?(?:agente|atendente)', 'n[aã]o (?:quero|preciso)(?: falar)?(?: com)? (?:um |uma )?(?:pessoa|humano|atendente|agente)'],
  },
  { // Italian
    talk: 'parlare|mett\\p{L}+ in contatto|mi pass[ai]|pass(?:a|ate)mi|contattare', want: 'voglio|vorrei|preferisco|(?:ho )?bisogno di|mi serve|posso avere', article: "un|una|un'|con|l'|il|la|di",
    person: '(?<!altra )persona|umano|operat(?:ore|rice)|qualcuno|agente|consulente|addett[oa]|responsabile', after: 'reale|vera|umano|che', alone: 'per favore|per piacere|grazie',
    besides: ['persona (?:reale|vera)', 'assistenza umana', '^servizio clienti(?:,? per (?:favore|piacere))?[.!]*$', '\\bnon voglio (?:parlare )?(?:con )?(?:un |il )?(?:ro)?bot\\b'],
    not: ['agente (?:immobiliare|di \\p{L}+)', 'non (?:voglio|ho bisogno di)(?: parlare)?(?: con)? (?:un |una )?(?:persona|umano|operatore)'],
  },
  { talk: 'spreken|praten|doorverbinden|verbind me', want: 'ik wil(?: graag)?|graag', article: 'met|een|echte?|iemand', person: 'mens|medewerker|persoon|iemand', after: 'spreken|praten|aan de lijn', alone: 'alsjeblieft|alstublieft|aub', not: ['(?:niet|geen) (?:met )?(?:een )?(?:mens|medewerker)'] }, // Dutch
  { talk: 'porozmawia\\p{L}*|rozmawia\\p{L}*|po[lł][aą]cz\\p{L}*|prze[lł][aą]cz\\p{L}*', want: 'chc[eę]|prosz[eę](?: o)?|potrzebuj[eę]', article: 'z|do|[zż]ywym', person: 'cz[lł]owiek\\p{L}*|konsultant\\p{L}*|pracownik\\p{L}*', alone: 'prosz[eę]', not: ['nie chc[eę] (?:rozmawia\\p{L}* )?(?:z )?(?:cz[lł]owiek\\p{L}*|konsultant\\p{L}*)'] }, // Polish
  { // Russian
    talk: '(?:по)?говорить|(?:по)?общаться|соедини\\p{L}*|переключи\\p{L}*|позови\\p{L}*|переведи\\p{L}* (?:меня |нас )?(?:на|к)|свяжи\\p{L}*|связаться|пригласи\\p{L}*|подключи\\p{L}*', want: 'хочу|нуж[ен]н?а?|можно|дайте|дай|где|мне нужен', article: 'с|со|на|к|меня|мне|живого|живым|вашего',
    person: 'человек\\p{L}*|оператор\\p{L}*|сотрудник\\p{L}*|менеджер\\p{L}*|консультант\\p{L}*|специалист\\p{L}*|людьми', alone: 'пожалуйста|плиз',
    besides: ['жив(?:ой|ого|ым|ому) (?:человек|оператор)', '\\bне хочу (?:говорить )?(?:с )?(?:ро)?ботом', '(?<!\\p{L})не хочу (?:говорить |общаться )?с (?:ро)?ботом'],
    not: ['стать (?:оператором|менеджером)', 'оператор\\p{L}* связи', 'на человека', '(?<!\\p{L})не (?:хочу|нужен|надо)(?: говорить)?(?: с)? (?:человек\\p{L}*|оператор\\p{L}*)'],
  },
  { // Vietnamese
    talk: 'nói chuyện|gặp|chat|kết nối|chuyển|liên hệ|trao đổi', want: 'cần|cho|muốn', article: 'với|tôi|cho|một|máy', person: 'người thật|nhân viên|tổng đài(?: viên)?|tư vấn viên|con người|quản lý', after: 'hỗ trợ|tư vấn|chăm sóc|thật', alone: 'hỗ trợ|tư vấn|với|ạ',
    besides: ['(?:gặp|nói chuyện với|chat với) người(?: thật)?[.!]*$', 'không (?:muốn )?(?:nói chuyện )?(?:với )?(?:ro)?bot'], not: ['không (?:cần|muốn) (?:gặp |nói chuyện (?:với )?)?(?:người thật|nhân viên)'],
  },
  { // Indonesian, Malay
    talk: '(?:ber)?bicara|ngobrol|hubungkan|sambungkan|bercakap|chat|terhubung', want: 'minta|mau|butuh(?: bantuan)?|perlu|panggilkan|tolong', article: 'dengan|sama|ke|saya|sebuah|langsung', person: 'manusia|orang(?! lain)|agen|petugas|operator|staf|cs|customer service|admin|seseorang', after: 'asli|sungguhan', alone: 'tolong|dong|asli|ya', besides: ['(?:jangan|bukan) (?:pakai )?(?:ro)?bot'],
    not: ['(?:tidak|nggak|gak) (?:perlu|mau)(?: bicara)?(?: dengan)? (?:manusia|agen|operator)'],
  },
  { // Arabic, its letters made alike beforehand
    talk: '(?:ال|ا|ن|ت|ات)?(?:تحدث|تكلم|كلم)\\p{L}*|كلموني|حول(?:ني|وني)|وصل(?:ني|وني)|تحويلي|تواصل', want: 'اريد|عايز|ابغي|ابي|محتاج|احتاج', article: 'مع|الي|الى|الا|ل',
    person: '(?:ال|ب|ل)?(?:شخص|موظف\\p{L}*|انسان|بشري?|ممثل|وكيل|مسؤول|مدير)|حد|احد|خدمه العملاء', after: 'حقيقي|بشري|من|خدمه العملاء', alone: 'من فضلك|لو سمحت|رجاء|خدمه العملاء', besides: ['(?:شخص|موظف) (?:حقيقي|بشري)'], not: ['(?:لا|مش|ما) (?:اريد|عايز|ابغي|ابي) (?:التحدث (?:مع|الي) )?(?:شخص|موظف|انسان)'],
  },
  { // Hindi in Latin letters; in its own below
    person: '(?:insaa?n|agent|aa?dmi|customer care|executive)', besides: ['\\b(?:insaa?n|agent|aa?dmi|customer care|executive) (?:se|ko) (?:baat|connect|jod)'],
  },
];

/** Verbs come last here, or there are no spaces. */
const WITHOUT_SPACES = [
  /(?:オペレーター|担当者?|人間|有人|係の人|スタッフ|ヒト|本物の人|カスタマー(?:サポート|サービス)).{0,10}(?:話|つな|繋|代わ|変わ|かわ|お願い|呼|対応|チャット|相談)|(?<![\p{Script=Han}の])人(?:と|に)(?:話|つな|繋|代わ|変わ|かわ|相談)|^(?:オペレーター|人間|担当者|有人対応)(?:お願いします|をお願いします)?[。!]*$|(?:ロボット|ボット|機械)(?:じゃ|では)なくて?(?:人|オペ)/u,
  /(?:상담원|상담사|상담직원|사람|직원|담당자).{0,10}(?:연결|통화|바꿔|대화|이야기|얘기|불러|상담하)|^(?:상담원|사람|직원)(?: ?(?:부탁(?:해요|드립니다)?|주세요))?[.!]*$|(?:로?봇|기계) ?말고 ?(?:사람|상담|직원)/u,
  /(?:คุย|พูด|ติดต่อ|โอน|ขอสาย|เรียก|ขอ).{0,16}(?:เจ้าหน้าที่|พนักงาน|คนจริง|แอดมิน|มนุษย์)|(?:คุย|พูด)กับคน(?!อื่น)|มีคน(?:อยู่)?(?:ตอบ)?(?:ไหม|มั้ย)|^(?:ขอ)?(?:เจ้าหน้าที่|คนจริง|แอดมิน)(?:ค่ะ|ครับ|หน่อย)*[.!]*$/u,
  /(?:इंसान|व्यक्ति|एजेंट|प्रतिनिधि|आदमी|कर्मचारी|कस्टमर केयर|ग्राहक सेवा).{0,12}(?:बात|जोड़|कनेक्ट|मिला)|^(?:(?:असली )?इंसान|एजेंट|प्रतिनिधि)(?: (?:कृपया|प्लीज))?[।.!]*$/u,
  /(?:temsilci(?!lik)|insan(?! kaynak)|yetkili|gerçek (?:bir )?(?:kişi|biri)|operatör|müşteri hizmetleri)\p{L}*.{0,16}(?<!\p{L})(?:görüş|konuş|bağla|aktar|yönlendir|lütfen)|(?:görüşmek|konuşmak) istiyorum.{0,20}(?:temsilci|insan|yetkili)|^(?:(?:canlı )?(?:müşteri )?temsilci(?:si)?|canlı destek|müşteri hizmetleri|insan)(?: (?:lütfen|istiyorum))?[.!]*$|(?:ro)?bot(?:la| ile) konuşmak istemiyorum/u,
];

const NOT_WITHOUT_SPACES = /担当者の(?:名|メール|電話)|(?:相談員|스태프|사람) ?채용/gu;

/** Looks for a wish for a person in any language but Chinese and English; `said` is in lower case. */
export function asksElsewhere(said: string): boolean {
  const alike = said.replace(/[أإآ]/g, 'ا').replace(/ى/g, 'ي').replace(/ة/g, 'ه');
  if (COMPILED.some(({ yes, not }) => yes.some((pattern) => pattern.test(not ? alike.replace(not, ' ') : alike)))) return true;
  const rest = said.replace(NOT_WITHOUT_SPACES, ' ');
  return WITHOUT_SPACES.some((pattern) => pattern.test(rest));
}

const COMPILED = LANGUAGES.map(({ talk, want, article, person, after, alone, besides = [], not = [] }) => {
  const somebody = `(?:${person})${end}`;
  const articles = article ? `(?:(?:${article})(?: |(?<=')))*` : '';
  // Nothing more is said of the person: "I want a person to …" may be anybody.
  const closed = `(?= *(?:$|[.,!?;…]|${[after, alone].filter((each) => each !== undefined).join('|') || '$'}))`;
  const yes = [
    ...(talk ? [`${start}(?:${talk})${end}.{0,24}?${start}${somebody}`] : []),
    ...(want ? [`${start}(?:${want})(?: |(?<='))${articles}${somebody}${closed}`] : []),
    ...(alone ? [`^[¿¡]*(?:(?:${alone}),? )?${articles}${somebody}(?:,? (?:${alone}))*[.!?]*$`] : []),
    ...besides,
  ].map((pattern) => new RegExp(pattern, 'u'));
  return { yes, not: not.length > 0 ? new RegExp(not.join('|'), 'gu') : undefined };
});
