/** Words that feel, by strength; Chinese in simplified characters, which the reader folds to. A table: disagree with a line, change the line. */

const list = (words: string): string[] => words.trim().split(/\s*[|\n]\s*/).filter((word) => word !== '');

/** Strength -3..3 -> words. Latin words match whole. */
const FEELING: [number, string][] = [
  [-3.2, `骗子|垃圾|去死|傻逼|傻b|煞笔|sb|滚|操你|他妈|妈的|tmd|nmd|卧槽|人渣|无耻|不要脸|黑心|奸商|诈骗|坑人|坑爹|恶心|流氓|王八蛋|混蛋|废物|脑残|智障|狗屁|放屁|气死|忍无可忍|欺人太甚|欺骗|忽悠|宰客|强盗|抢钱|霸王条款|烂透|差到极点|史上最差|最差的|一星都不想给|负分|再也不会|再也不来|再也不买|永不|拉黑|避雷|千万别|踩雷
    scam|scammers|fraud|thieves|garbage|trash|bullshit|fuck|fucking|fucked|wtf|asshole|idiots|idiot|disgusting|disgusted|pathetic|furious|outrageous|outraged|livid|worst|never again|rip off|ripoff|liars|stole|robbed|criminal|joke of a company|absolute joke|piece of shit|shit|crap|hate|despicable|disgrace|appalling|atrocious|abysmal`],
  [-2.3, `投诉|差评|举报|曝光|起诉|报警|律师|12315|消协|太差|很差|极差|差劲|差得|真差|最差|糟糕|糟透|失望|愤怒|生气|火大|气愤|恼火|崩溃|无语|受够|过分|敷衍|推卸|推脱|踢皮球|不负责|不负责任|态度差|态度恶劣|恶劣|欺负|糊弄|虚假|假货|假冒|伪劣|劣质|次品|残次|难吃|难喝|难用|难看|难闻|难受|讨厌|烦死|烦人|坑|坑了|坑我|上当|受骗|后悔|赔偿|损失|不满|抗议|耍我|耍人|玩我|离谱|可恶|可恨|搞笑呢|搞什么|什么玩意|什么东西|什么破|破公司|破玩意|烂|太烂|稀烂|没良心|没信用|不讲信用|言而无信|不守信|骗人|骗我|被骗|骗钱|吃亏|馊了|变质|发霉|虫子|头发丝|拉肚子|馊|臭|脏|服了|无法接受|不能接受|不可接受|无法忍受|不能忍|忍不了
    terrible|horrible|awful|angry|unacceptable|ridiculous|useless|worthless|incompetent|dreadful|rude|lied|lying|lies|cheated|misled|misleading|deceived|complaint|complain|lawsuit|sue|lawyer|never buy|never order|never use|waste of time|waste of money|wasted|frustrated|frustrating|infuriating|fed up|sick of|had enough|sick and tired|disappointed|disappointing|disappointment|poor|bad|horrendous|shocking|shambles|nightmare|disaster|regret|refuse to|unprofessional|fake|counterfeit|sucks|suck|insulting|insult|appalled|ignored|ignoring|inexcusable|dishonest|shady|avoid|stay away|do not buy|dont buy|ashamed|joke`],
  [-1.4, `慢|太慢|很慢|拖延|拖拉|拖着|拖了|延误|迟迟|催了|催|没人管|没人理|不理|不理人|不回复|不回|没回复|没有回复|没人回|没人接|不接电话|打不通|联系不上|找不到人|没反应|没效果|没用|没有用|不管用|不好用|不行|不好|不对|不合理|不公平|不方便|麻烦死|太麻烦|烦|着急|急死|郁闷|无奈|坏了|坏的|损坏|破损|破了|碎了|裂了|漏水|漏液|漏气|掉色|褪色|起球|开线|断了|卡顿|死机|黑屏|闪退|崩了|用不了|打不开|开不了|登不上|登录不了|登不进|进不去|不能用|无法使用|失灵|故障|出错|错误|报错|发错|送错|漏发|少发|少了|缺|丢了|丢件|不见了|没收到|未收到|没到账|没到|没发货|不发货|不退|拒绝|不给|乱扣|多扣|扣了|重复扣|扣款|乱收|乱收费|太贵|偏贵|不值|不划算|欺生|不新鲜|凉了|冷了|冷掉|太咸|太甜|太油|太少|太小|太吵|吵|异味|味道重|有味|刺鼻|态度不好|爱理不理|不耐烦|冷漠|机器人|听不懂|答非所问|没解决|未解决|不解决|解决不了|没处理|不处理|又坏|又错|还是不行|还是一样|仍然|反复|多次|好几次|等了|白等|白跑|白花|浪费|凭什么|为什么还|怎么还|到底|究竟|居然|竟然|几天了|多久了|没完|套路|隐瞒|不清楚|说不清|缩水|图不符|不符|货不对|色差|色差大|尺码不准|偏小|偏大|质量差|质量问题|多少遍|多少次|到现在|没有任何|根本|给个说法|什么说法|没个说法|不见人影|没人影|开胶|脱胶|掉了一|散架|洒了|撒了|洒出来|霉味|烟味|异响|不制冷|不制热|不工作|不亮|不转|不动了|没反映|享受不到|用不成|没法用|没进展|无进展|没结果|白交|冤枉钱|乱收钱|不知情|未经同意|擅自|私自|强制|强行|捆绑|诱导|忘了给|忘记放|没给我|没给|漏了|落了|洞|破洞|污渍|脏污|旧的|二手|翻新|用过的|拆过|过敏|起疹|红肿|疼|摔|磨脚|硌|掉毛|缩了|变形|生锈|氧化|发黄|发热严重|发烫|烫手|耗电|不耐|费电|充不进|噪音|还要我|糊涂|乱七八糟|莫名其妙|一问三不知|一推再推|互相推|石沉大海|没下文|没消息|没动静|没人处理|没人负责|没解释|没说法|不发|不处理|不接|不承认|不认账|不退不换|不守时|失约|爽约|迟到|超时|拖欠|欠费|被扣|莫名扣|偷跑|限速|断网|掉线|没信号|信号差|网速慢|卡死|很卡|太卡|转圈|加载不|白屏|乱码|不显示|识别不|验证码收不到|收不到|点不了|点不动|付不了|付款失败|支付失败|失败|冻结|封号|被封|误导|夸大|宣传不符|货不对板|发货慢|物流慢|送货慢|回复慢|处理慢|反应慢|效率低|态度冷|冷冰冰|骂人|吼|挂电话|挂断|挂我|不结实|不耐用|掉漆|瑕疵|划痕|用了几天就|没几天就|一般般|不咋地|不咋样|不怎么样|不推荐|不建议|不会再|不敢|担心|害怕|可惜|遗憾|失误|扣分|不足|不满意|不舒服|不爽|不开心|不高兴|不喜欢|不值得|不如|还不如|鸡肋
    slow|late|delayed|delay|delays|broken|broke|breaks|damaged|defective|faulty|missing|lost|wrong|incorrect|error|errors|failed|fails|failing|failure|problem|problems|issue|issues|not working|doesn't work|does not work|didn't work|won't work|stopped working|can't log|cannot log|can't access|unable|stuck|crashes|crashed|crashing|bug|buggy|glitch|glitchy|annoying|annoyed|annoys|upset|unhappy|dissatisfied|unsatisfied|overcharged|charged twice|double charged|charged me|expensive|overpriced|costly|no response|no reply|no answer|nobody|no one answers|unanswered|never arrived|never received|not received|haven't received|didn't receive|still waiting|still no|still not|still haven't|waiting for|waited|keeps|keep getting|again and again|confusing|confused|difficult|hard to|complicated|inconvenient|inconvenience|mess|messed|ruined|cracked|leaking|leaks|scratched|stained|torn|dirty|smells|cold|stale|noisy|flimsy|cheaply|low quality|unreliable|unfair|unhelpful|lousy|mediocre|subpar|sad|sorry to say|unfortunately|worried|concerned|refused|refuses|denied|declined|rejected|blocked|forgot|forgotten|mistake|mistakes|lacking|lacks|lack|not good|no good|not happy|not great|not worth|didn't help|doesn't help|wont|hung up|on hold|bounced|passed around|run around|runaround|expected better|expected more|deserve better|should be better|could be better|used to be better|better off|let down|letting me down|how long|seriously|what the hell|what the heck|why is it so`],
  [-0.5, `还没|还没有|仍未|一直|老是|总是|又|才|却|没有人|不了|几个小时|半天|好久|很久|太久|急|尽快|赶紧|赶快|马上|快点|怎么回事|什么情况|怎么搞的|没法|无法|取消|退货|退款|退掉|换货|问题|不能|不让|不会|不到|过期|差|贵|难|累|怕|亏
    but|however|although|again|already|yet|still|cancel|refund|return|asap|urgent|urgently|hurry|immediately|why|cannot|can't|won't|didn't|doesn't|isn't|wasn't|wouldn't|never|overdue|expired|tired|only|unclear|strange|weird`],
  // Look like feelings and are none.
  [0, `律师函|律师费|好吧|约好|说好|写好|填好|选好|准备好|改好|你好|您好|好像|好多|好几|只好|刚好|正好|好吗|好不好|最好|好友|差不多|差价|多少|不知道|没想到|不得不|不用|不一定|要不要|是不是|能不能|可不可以|有没有|会不会|行不行|对不对|快递|快件|快要|更新|新手|新款|贵公司|贵司|贵店|贵方|累计|满意度|方便吗|难道|投诉电话|投诉渠道|问题反馈|错过|怕冷|怕热|支持吗|还款|还书|交还|机器人吗|取消吗|无线|无糖|无人机|无论|不同|不过|只是|破折号|赞助|牛奶|牛肉|牛仔|新鲜吗|便宜点|好用吗|推荐一下|有什么推荐|会再联系|怎么|什么时候|没收到吗
    would like|i'd like|like to|like this one|well|good morning|good afternoon|good evening|good day|best way|best time|lost and found|problem with my|light bulb|how long does|how long will|how long is|why not|return policy|returns policy|refund policy|late night|fine print|just like|looks like|feel like|error code|wrong number|bad credit|free return|thanks in advance|cold brew|hot and cold|what happens if`],
  [0.5, `谢谢|多谢|感谢|麻烦你|辛苦|好的|可以|行|嗯嗯|收到|收到了|明白|知道了|了解|还行|还可以|还好|凑合|正常|希望|支持|新|便宜|方便|简单|容易|清楚|整洁|安静|快|准时|按时|香|甜
    thanks|thank you|thx|ok|okay|fine|alright|sure|cheers|received|got it|clear|decent|cheap|affordable|easy|simple|works|working|worked|resolved|fixed|solved|clean|fresh|nice|hope|like|quick|fast|warm`],
  [1.4, `不错|挺好|蛮好|很好|真好|好吃|好喝|好用|好看|好评|好快|喜欢|满意|放心|舒服|舒适|漂亮|美观|精致|贴心|周到|耐心|细心|专业|负责|靠谱|给力|实惠|划算|值得|值了|物美价廉|性价比高|物超所值|高效|迅速|很快|真快|快速|流畅|顺利|解决了|搞定|搞定了|已解决|弄好了|修好了|有用|有帮助|帮到|帮了大忙|推荐|回购|再来|还会来|还会买|会再|下次还|信赖|信任|开心|高兴|愉快|幸福|温馨|温暖|亲切|友好|礼貌|态度好|服务好|味道好|质量好|效果好|好棒|赞|点赞|棒|优质|优秀|良好|精美|丰富|美味|可口|入味|分量足|份量足|正品|惊喜|如约|没问题|没有问题|没毛病|挺快|挺不错|蛮不错|太好了|谢谢啦|太感谢|非常感谢|十分感谢|感激|辛苦了|厉害|聪明|可爱|巴适|安逸|过瘾|享受|恢复了|能用了|很正|正宗|地道|超快|神速|飞快|秒回|及时解决|很及时|解答详细|讲解清楚|很详细|很清楚|很方便|很划算|很靠谱|省心|省事|省钱|没什么毛病|没有毛病|没让我失望|名不虚传|好喜欢|好|牛|真香|体贴|诚信|放心购买|一如既往|老顾客|值得信赖|五颗星|用心|热情|干脆|利落|主动|及时|周全|细致|舒心|暖心|种类丰富|位置好|位置也好|交通方便|还是热的|新鲜|温柔|认真|尽责|尽心|解答|帮了我|帮我解决了|小哥很|师傅很|客服很|干净|整齐|牢固|结实|耐用|保暖|合身|合适|大小合适|显瘦|百搭|鲜嫩|浓郁|爽口
    good|great|happy|glad|pleased|satisfied|love|loved|loves|enjoy|enjoyed|helpful|friendly|polite|kind|patient|professional|efficient|prompt|promptly|smooth|smoothly|reliable|recommend|recommended|useful|comfortable|beautiful|lovely|pretty|tasty|delicious|quality|worth|impressed|impressive|appreciate|appreciated|grateful|thankful|well done|good job|no problem|no problems|no issues|no complaints|works well|works fine|works perfectly|all good|much better|better now|improved|pleasant|pleasure|easy to use|quickly|speedy|on time|courteous|knowledgeable|attentive|generous|convenient|glad to|thanks a lot|thank you so much|thank you very much|many thanks|much appreciated|sorted|you're the best|like it|liked|fun|cute|cool|yay|hooray|accurate|responsive|thumbs up|safe|satisfying|exceeded|bonus|exactly what i|buy again|buying again|order again|ordering again|use again|be back|come again|come back soon|saved my|saved me|made my day|spot on|as described|as expected|well packed|well made|smiling|smile|welcoming`],
  [2.4, `非常满意|十分满意|超满意|超级满意|太棒|太赞|超赞|棒极了|好极了|完美|五星|五星好评|满分|非常棒|最好的|最棒|强烈推荐|力荐|惊艳|爱了|绝了|无可挑剔|一流|顶呱呱|点个赞|大赞|超好|超级好|超棒|超喜欢|太喜欢|爱死|神器|良心|业界良心|救命恩人|感动|零差评|没得说|没话说|杠杠的
    excellent|amazing|awesome|fantastic|wonderful|perfect|perfectly|outstanding|brilliant|superb|incredible|exceptional|phenomenal|flawless|stellar|best|five stars|5 stars|10/10|highly recommend|life saver|lifesaver|above and beyond|thrilled|delighted|overjoyed|love it|top notch|first class|second to none|blown away|fabulous|terrific|magnificent|spectacular|marvelous|marvellous`],
];

/** Word -> strength. */
export const feelings: ReadonlyMap<string, number> = new Map(FEELING.flatMap(([strength, words]) => list(words).map((word): [string, number] => [word, strength])));

/** What turns the next word round. */
export const negations: ReadonlySet<string> = new Set(list(`不|没|没有|未|别|不是|不够|不太|不怎么|不算|并不|毫无|毫不|从不|从未|从来没|绝不|不会|无法|谈不上|称不上|算不上|不觉得|没觉得|不见得|缺乏|哪里|哪有|何来
  not|no|never|isn't|wasn't|aren't|weren't|don't|doesn't|didn't|can't|cannot|couldn't|won't|wouldn't|shouldn't|hasn't|haven't|hadn't|nothing|without|hardly|barely|lack|lacks|neither|nor|none|ain't|far from|anything but|isnt|dont|doesnt|didnt|cant|wont|wasnt`));

/** What makes the next word stronger or weaker. */
export const degrees: ReadonlyMap<string, number> = new Map([
  ...list('非常|特别|超级|极其|十分|太|极|超|巨|贼|最|真的|简直|实在|实在是|完全|相当|尤其|格外|异常|无比|绝对|一点都|一点也|丝毫|very|extremely|really|so|too|super|absolutely|totally|completely|incredibly|utterly|truly|highly|insanely|ridiculously|beyond|such|such a|at all|damn|bloody|genuinely').map((word): [string, number] => [word, 1.5]),
  ...list('很|好|挺|蛮|真|更|越来越|pretty|quite|rather|more|even').map((word): [string, number] => [word, 1.2]),
  ...list('有点|有些|有一点|稍微|稍|略|略微|还算|比较|一般|a bit|a little|slightly|somewhat|kind of|kinda|sort of|fairly|mildly|a tad').map((word): [string, number] => [word, 0.7]),
]);

/** What says the opposite of its words when they praise. */
export const SARCASM = /呵呵|哼+|真是服了|我也是服|也是醉了|可真行|真行啊|真有你们的|真厉害啊|厉害了|牛逼了?啊|好样的|[“"'「](?:专业|优质|高效|贴心|服务|售后|客服|贵宾|尊贵|best|great|help|helpful|support|service|premium|express)[”"'」]|thanks for nothing|(?:great|nice|good|brilliant|fantastic|wonderful|excellent),? just (?:great|nice|good|what i need(?:ed)?)|just (?:great|perfect|what i needed)[.!]|oh (?:great|wonderful|perfect|nice)|yeah,? right|as (?:always|usual)[,.]? (?:late|slow|useless|no)|way to go|slow clap|\/s\b|[\u{1F643}\u{1F612}\u{1F644}]|谢谢你们?(?:全家|八辈)|(?:感谢|谢谢)(?:你们|贵公司).{0,6}(?:让我|害我|浪费|把我)|really helpful.{0,10}not|thanks? for (?:wasting|ruining|nothing|the late|losing|breaking)/u;

/** Faces and signs, how they feel, and what must be in a message that has one. */
export const signs: [needs: 'sign' | 'face' | 'bracket' | 'run' | 'star' | 'waited' | 'times' | 'minutes', sign: RegExp, strength: number][] = [
  ['sign', /[\u{1F620}\u{1F621}\u{1F92C}\u{1F47F}\u{1F624}\u{1F4A9}\u{1F595}]/gu, -2.6], ['sign', /[\u{1F44E}\u{1F61E}\u{1F614}\u{1F622}\u{1F62D}\u{1F623}\u{1F616}\u{1F629}\u{1F62B}\u{1F494}\u{1F641}\u{2639}\u{1F615}\u{1F61F}\u{1F611}\u{1F92E}\u{1F922}\u{1F605}]/gu, -1.4],
  ['sign', /[\u{1F60A}\u{1F642}\u{1F44D}\u{1F44C}\u{1F600}\u{1F603}\u{1F604}\u{1F601}\u{1F64F}\u{1F339}\u{1F490}\u{1F609}\u{263A}\u{1F917}]/gu, 1.3], ['sign', /[\u{2764}\u{1F60D}\u{1F970}\u{1F618}\u{1F389}\u{1F4AF}\u{1F973}\u{1F929}\u{2B50}\u{1F31F}\u{1F44F}\u{1F495}]/gu, 2],
  ['face', /[:=]-?\(+|:'\(|T[_.]T|QAQ|>_<|-_-|=_=/gi, -1.6], ['face', /[:=;]-?\)+|\^[_.]?\^|[:=]-?d\b|<3/g, 1.2],
  ['bracket', /\[(?:怒|发怒|抓狂|咒骂|鄙视|吐|弱|心碎|便便|骂)\]/gu, -2.4], ['bracket', /\[(?:流泪|大哭|难过|委屈|白眼|尴尬|汗|撇嘴|衰)\]/gu, -1.3], ['bracket', /\[(?:微笑|呲牙|强|握手|抱拳|玫瑰|爱心|鼓掌|愉快|赞|OK|ok|偷笑|可爱|笑脸)\]/gu, 1.3],
  ['run', /(?:\?|？|!|！){3,}/gu, -0.7], ['run', /(?:\?|？){2}/gu, -0.4], ['run', /\.{4,}|。{3,}|…{2,}/gu, -0.3],
  ['star', /\b[12]\s?(?:stars?|星)|[一二]星|1\/5|0\/10|1\/10/giu, -2.4], ['star', /\b[5五]\s?(?:stars?|星)|5\/5/giu, 2.2],
  // How long they wait, and how often they asked.
  ['waited', /(?:等|过|拖|催|都|已经|已)了?(?:我)?(?:快|整整|将近)?(?:\d+|[一二两三四五六七八九十几半]+)(?:多)?(?:个)?(?:分钟|小时|钟头|天|周|星期|月|年)/gu, -1.3], ['times', /第?(?:\d+|[二两三四五六七八九十几]+)(?:次|遍|回)(?:了|还|都|也)?/gu, -0.8],
  ['minutes', /\b(?:for|over|after|past|nearly|almost|been) (?:\d+|two|three|four|five|six|several|many|a few) ?(?:minutes|mins|hours|hrs|days|weeks|months)\b/gi, -1.1], ['times', /\b(?:second|third|fourth|fifth|3rd|4th|5th|\d+th) time\b|\b(?:three|four|five|several|many|multiple|\d+) times\b/gi, -1.1],
];

/** What makes the word before it stronger. */
export const BOOSTS = list('极了|死了|爆了|透了|到家|得很|得不行|得要命|炸了');

/** A plain "no" in a statement, and words that blame: little each, much together. */
export const BLAME = list('不|没|未能|你们|结果|明明|都已经|老是|总是|好端端|白白|not|no|never|nothing|none|nobody|you guys|your company');

/** Words without which a rule cannot apply: what is not hinted at is not looked for. */
export const hints: ['but' | 'courtesy' | 'sarcasm' | 'minutes' | 'times', string[]][] = [
  ['but', list('但|可是|不过|然而|只是|就是|but|however|although|though|yet')],
  ['courtesy', list('麻烦|不好意思|打扰|辛苦|excuse me|sorry to bother')],
  ['sarcasm', list('呵呵|哼|真是服了|我也是服|也是醉了|可真行|真行啊|真有你们的|真厉害啊|厉害了|牛逼|好样的|“|「|谢谢|感谢|thanks|thank|just|oh|yeah|as always|as usual|way to go|slow clap|really helpful|\u{1F643}|\u{1F612}|\u{1F644}')],
  ['minutes', list('minutes|mins|hours|hrs|days|weeks|months')], ['times', list('time|times')],
];

/** Abuse, threats and law: one such message is enough for a person. */
export const FURY = /骗子|诈骗|去死|傻逼|煞笔|操你|他妈的|你妈|tmd|王八蛋|混蛋|不要脸|黑心|奸商|忍无可忍|气死|投诉你们|要投诉|我要(?:起诉|告你|举报|曝光|报警)|(?:法院|法庭)见|12315|消协|报警|律师(?!函|费)|媒体曝光|赔偿我|立刻退款|马上退钱|fuck|bullshit|scam|fraud|thieves|lawyer|lawsuit|\bsue\b|police|furious|disgusting|outrageous|worst (?:company|service|experience)|trading standards|chargeback|never again|stole my/iu;

/** Traditional characters that stand in the words above. */
export const FOLD: ReadonlyMap<string, string> = new Map(Array.from('騙骗訴诉舉举報报師师爛烂壞坏煩烦惱恼惡恶態态極极無无語语臉脸氣气憤愤遲迟復复應应務务質质損损漏漏錯错誤误發发貨货還还沒没滿满謝谢棒棒讚赞贊赞歡欢樂乐開开專专業业負负責责認认過过買买賣卖給给說说話话東东慘惨難难壓压經经驗验線线機机號号種种關关門门問问題题幫帮幾几這这個个們们費费錢钱價价值值貴贵劃划實实靠靠譜谱順顺決决達达時时間间點点會会來来後后悔悔讓让賠赔償偿虧亏漲涨緊紧趕赶髒脏臭臭蟲虫聽听懂懂講讲電电親亲禮礼貌貌溫温馨馨驚惊喜喜艷艳').reduce<[string, string][]>((pairs, letter, i, all) => (i % 2 === 0 ? [...pairs, [letter, all[i + 1] ?? letter]] : pairs), []));
