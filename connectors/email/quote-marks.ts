/** How mail programs, in some twenty languages, begin a quotation, pass a mail on, and sign. */

const words = '原始邮件|原邮件|原始信件|原始訊息|原始郵件|回复的原邮件|回复的邮件|回覆的郵件|original|original message|original email|original appointment|reply message|ursprüngliche nachricht|originalnachricht|message d.origine|message original|messaggio originale|mensaje original|mensagem original|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|元のメッセージ|元メール|원본 메일|원본 메시지|원본 이메일|orijinal mesaj|orijinal ileti';
/** A rule with words in it, above what is quoted. */
export const rule = new RegExp(`^[>\\s]*[-_=—*]{2,}\\s*(${words})\\s*[-_=—*]{0,60}\\s*$`, 'i');
/** A rule without words. */
export const bareRule = /^[>\s]*(_{20,}|-{20,}|—{10,})\s*$/;
/** Whoever puts this into a mail passes it on: it is about what follows. */
export const forwarding = /^[-_=—*\s]{2,}\s*(转发邮件信息|转发邮件|转发的邮件|轉寄郵件|已轉寄郵件|forwarded (message|email)|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|пересылаемое сообщение|転送メッセージ)\s*[-_=—*]*\s*$|^begin forwarded message\s*[:：]\s*$/i;
const wrote = 'wrote|schrieb|geschrieben|a écrit|écrit|ha scritto|scrisse|escribió|escreveu|schreef|geschreven|skrev|skrifaði|kirjoitti|napisał|napisała|napsal|napsala|napísal|написал|написала|пишет|писал|пише|írta|a scris|yazdı|şunu yazdı|כתב|כתבה|作成|のメール|書きました|씀|작성|写道|寫道';
/** "On ... wrote:", and its relatives; matched against a line joined with the next two, as programs wrap it. */
export const attributions = [
  /^[>\s]*(-\s*)?on\s.{6,300}\bwrote\s*[:：]\s*$/i,
  /^[>\s]*在\s*(\d{2,4}\s*[年/.-]|[^\n]{0,12}\d{1,2}:\d{2}).{0,300}[写寫]道\s*[:：]\s*$/,
  /^[>\s]*.{0,200}[于於]\s*\d{4}\s*[年/.-].{0,120}[写寫]道\s*[:：]\s*$/,
  /^[>\s]*.{0,200}\d{4}\s*[年/.-]\s*\d{1,2}.{0,120}[写寫]道\s*[:：]\s*$/,
  /^[>\s]*\d{4}\s*年.{0,200}<[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$/,
  /^[>\s]*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T.,].{0,200}<?[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$/,
  // Any language: an address and a word for writing, or a year and such a word at the end; and a colon.
  new RegExp(`^(?=.*(?:<[^<>\\s]+@[^<>\\s]+>|\\([^()\\s]+@[^()\\s]+\\)))[>\\s]*(?:-\\s*)?\\S.{0,300}[\\s>),，、"”](?:${wrote})(?:[\\s(].{0,120})?[:：]\\s*$`, 'i'),
  new RegExp(`^(?=.*\\b(?:(?:19|20)\\d\\d|\\d{1,2}[./-]\\d{1,2}[./-]\\d{2})\\b)[>\\s]*(?:-\\s*)?\\S.{0,300}[\\s>),，、"”](?:${wrote})\\s*[:：]\\s*$`, 'i'),
  new RegExp(`^[>\\s]*-{2,60}(?!-)\\s*\\S.{1,200}\\s(?:${wrote})\\s*-{2,}\\s*$`, 'i'),
];
/** The first field of the header Outlook, QQ and Foxmail quote. */
export const headerStart = /^[>\s*]*(发件人|寄件者|寄件人|發件人|from|von|de|van|da|fra|från|lähettäjä|od|от|від|kimden|差出人|送信者|보낸 ?사람)\s*[*]?\s*[:：]/i;
/** The fields that follow it. */
export const headerNext = /^[>\s*]*(发送时间|發送時間|发送日期|傳送日期|寄件日期|日期|时间|收件人|收件者|抄送|主题|主旨|sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|date|à|objet|enviado(?: el| em)?|fecha|para|asunto|assunto|data|inviato(?: il)?|a|oggetto|verzonden|aan|onderwerp|sendt|dato|til|emne|skickat|till|ämne|lähetetty|vastaanottaja|aihe|wysłano|do|temat|odesláno|komu|předmět|отправлено|дата|кому|тема|надіслано|gönderme tarihi|kime|konu|送信日時|日時|宛先|件名|보낸 ?날짜|날짜|받는 ?사람|제목)\s*[*]?\s*[:：]/i;
const device = '(?:i ?phone|i ?pad|ipod|mac(?:book)?|apple|android|galaxy|samsung|blackberry|huawei|xiaomi|redmi|pixel|lumia|nokia|htc|windows|mobile|mobil\\w*|cell|phone|smartphone|handy|tablet|device|handheld|telefon\\w*)';
/** A sentence goes on after a comma or ends in a mark: these lines do not. */
const rest = '[^，。！？,!?:：]';
/** What telephones and mail programs sign with. */
export const phone = new RegExp(`^\\s*(?:(?:发自|發自|来自|來自|發送自|傳送自|发送自)我的${rest}{1,24}|从?我的${rest}{0,10}(?:手机|设备|平板|${device})${rest}{0,8}(?:发送|傳送)|发自${rest}{0,12}(?:邮箱|手机|foxmail|小米|华为|荣耀|oppo|vivo|${device})${rest}{0,12}|由${rest}{1,20}(?:邮箱大师|邮件客户端)发送|签名由.{1,20}定制|从\\s?(?:outlook|${device})${rest}{0,12}(?:<[^>]{0,200}>)?(?:发送|傳送)|(?:获取|下载)\\s*outlook\\s*for.{0,80}|get outlook for.{0,80}|sent from (?:outlook|mail for|yahoo|samsung|proton)${rest}{0,80}|sent from my ${rest}{2,30}|sent from my ${rest}{0,30}${device}.{0,60}|sent (?:via|with) (?=${rest}{0,40}(?:mail|app|spark|superhuman|${device}))${rest}{3,60}|(?:envoyé|enviado|inviato|verzonden|enviada|skickat|sendt|gesendet|wysłane|отправлено|lähetetty|diese nachricht wurde) (?:depuis|de|desde|do|da|dal|vanaf|från|fra|von|mit|z|с)${rest}{0,30}${device}${rest}{0,60}|von meine[mr] ${rest}{2,30} gesendet|iphoneから送信|${rest}{0,12}(?:iphone|휴대폰|갤럭시)${rest}{0,6}에서 보냄)\\.?\\s*$`, 'i');
/** The mark above a signature. */
export const signature = /^--\s?$/;
