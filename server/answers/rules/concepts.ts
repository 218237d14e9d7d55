/**
 * The words of customer service that mean the same, in both languages: 'money back', 'refund', 退钱 and 退款 are one token.
 * A line is `name: Chinese ... | English, ...`; a name with `?` says what is wanted of a thing (how long, how much), not
 * which thing; with `!` what is done to it. A phrase may stand in several lines. English is stemmed when the table is read. General trade words only:
 * what belongs to one company goes into the variants of its answers.
 */
const CONCEPTS = `
refund: 退款 退钱 退费 返款 退还 把钱退 钱退 还钱 退我钱 | refund, money back, reimburse, reimbursement, get my money back, get my money, my money back
return: 退货 退回 退掉 退换货 退换 不想要了 退 | return, send back, send it back, take back
exchange: 换货 调换 换一个 | exchange, swap
!cancel: 取消 撤销 撤单 作废 不要了 终止 退订 | cancel, cancellation, call off, unsubscribe, terminate
invoice: 发票 开票 税票 专票 普票 增值税 开具 | invoice, vat, tax receipt, receipt
ship: 运费 邮费 发货 寄出 出货 发出 送货 派送 配送 快递 物流 运送 邮寄 寄 | shipping cost, delivery cost, delivery fee, shipping fee, ship, shipping, shipment, deliver, delivery, dispatch, courier
!track: 查物流 物流信息 快递单号 运单号 运单 到哪了 到哪 查快递 跟踪 在哪了 | track, tracking, where is my, where my, whereabouts
arrive: 送达 到货 收到 送到 到达 到账 | arrive, arrival, receive, get here
address: 地址 收货地址 收件地址 收货信息 | address
!change: 修改 更改 更换 换个 换成 改 变更 更新 换 调整 编辑 | change, modify, update, edit, switch, amend
password: 密码 口令 | password, passcode, pwd, passphrase
!reset: 重置 找回 忘记 忘了 忘 重设 | reset, forgot, forget, forgotten, recover, recovery, remember
login: 登录 登陆 登入 登 | login, log in, sign in, signin, log on, logon
!logout: 退出登录 登出 | logout, log out, sign out
!signup: 成为 入会 注册 开户 新账号 申请账号 | signup, sign up, register, registration, enroll, create account, become, join
account: 账号 账户 帐号 帐户 户头 | account, profile
frozen: 冻结 被封 封号 封了 锁定 锁了 停用了 被锁 解封 解冻 | frozen, freeze, locked, lock, blocked, block, suspended, suspend, unlock, unfreeze
!delete: 移出 踢出 注销 删除 删掉 销户 删 清除 移除 | delete, deletion, remove, erase, close my
coupon: 优惠券 优惠卷 代金券 折扣券 券 红包 优惠码 折扣码 促销码 | coupon, voucher, promo code, discount code, promotion code, promo
discount: 折扣 打折 优惠 便宜 降价 特价 满减 活动价 | discount, cheaper, sale, deal, bargain
points: 积分 点数 | point, reward, loyalty
member: 会员 vip 等级 | member, membership, vip, tier
?price: 运费 邮费 手续费 价格 价钱 多少钱 费用 收费 价位 几钱 资费 怎么卖 怎么收 要钱 要花 | shipping cost, delivery cost, delivery fee, shipping fee, price, pricing, cost, fee, charge, how much, rate, expensive
pay: 支付方式 付款方式 微信付款 支付 付款 付钱 结账 缴费 付 刷卡 扣款 | pay, payment, payment method, payment option, paid
paymethod: 支付方式 付款方式 微信支付 微信付款 支付宝 信用卡 银行卡 花呗 | payment method, payment option, credit card, paypal, visa, mastercard, apple pay, alipay, wechat pay, card
installment: 分期 分期付款 分几期 | installment, instalment, pay monthly, pay later
deposit: 押金 定金 订金 | deposit
balance: 余额 | balance
bill: 账单 对账 扣费 | bill, billing, statement
charged: 重复扣款 多扣 扣了两次 多收 重复支付 扣两次 | charged twice, double charge, overcharge, duplicate charge
order: 包裹 快件 订单 下单 单子 订购 | parcel, package, packet, order, purchase
!buy: 买 购买 选购 购物 | buy, purchase
warranty: 保修 质保 三包 售后 包修 | warranty, guarantee, guaranteed
!repair: 维修 修理 修 报修 检修 | repair, fix, mend, service center
broken: 坏了 坏 故障 损坏 破损 碎了 碎 出问题 失灵 失效 破了 有瑕疵 瑕疵 烂了 用不成 | broken, broke, break, damage, damaged, defect, defective, faulty, crack, cracked, malfunction
wrong: 发错 寄错 错了 弄错 不对 错误 | wrong, incorrect, mistake, mistaken
short: 少发 漏发 少了 缺少 缺货少 没收到 丢件 缺件 | incomplete, did not receive, didn't receive, didnt receive, never arrived, not arrived
stock: 没货 有货 现货 库存 补货 缺货 断货 到货通知 | stock, in stock, available, availability, restock, sold out
size: 尺码 尺寸 大小 码数 号码偏 | size, sizing, fit
color: 颜色 色号 | color, colour
contact: 联系 联系方式 客服电话 热线 联络 电话 打给 | contact, reach, phone, call, hotline, telephone
hours: 营业时间 工作时间 上班时间 几点开门 几点关门 几点营业 开门 关门 营业 上班 下班 | opening hours, business hours, working hours, open, close time, opening, hours, hour
?where: 地点 位置 在哪里 在哪儿 在哪 哪里 哪儿 什么地方 | where, location, located
store: 门店 实体店 店铺 分店 | store, shop, branch, shops
?howlong: 几点 几点钟 几年 几个月 多久 多长时间 几天 什么时候 何时 多长 多少天 几个工作日 时效 期限 多快 | how long, when, how many day, how soon, how fast, time frame, timeframe, what time
?why: 为什么 为啥 为何 咋回事 怎么回事 什么原因 原因 | why, reason
?howmany: 多少 几个 上限 最多 限制 限额 | how many, limit, maximum, max
download: 下载 导出 | download, export
install: 安装 装 | install, installation, set up, setup
upgrade: 升级 升 | upgrade
downgrade: 降级 降 | downgrade
plan: 套餐 版本 方案 订阅 计划 | plan, subscription
trial: 试用 体验版 免费试 | trial, try out, try it
free: 免费 不要钱 不收费 包邮 | free, complimentary
!import: 导入 上传 | import, upload
!on: 开启 启用 激活 开通 | turn on, enable, activate, switch on, activation
!off: 关闭 关掉 | turn off, disable, switch off, deactivate
!extend: 延长 延期 | extend, extension, prolong
!restore: 恢复 还原 | restore, undo, resume
pause: 暂停 停卡 | pause, on hold
!invite: 邀请 添加 加入 拉进来 拉进 | invite, add, join
team: 同事 成员 团队 | colleague, coworker, teammate, team
twofactor: 两步验证 双重验证 二次验证 | two factor, 2 fa, 2 factor, mfa, authenticator
renew: 续费 续订 | renew, renewal, auto renewal
app: 应用 软件 程序 客户端 | app, application, software, program
parcel: 包裹 快件 快递 | parcel, package, packet
lost: 丢了 丢失 不见了 遗失 找不到 弄丢 | lost, lose, missing, stolen
email: 邮箱 邮件 电邮 电子邮箱 | email, mail, e mail, mailbox
phone: 手机号 手机号码 号码 | phone number, mobile number, mobile, cell
verify: 验证 验证码 认证 实名 校验 | verify, verification, code, otp, authenticate
privacy: 隐私 个人信息 数据安全 个人数据 | privacy, personal data, gdpr, personal information
secure: 安全 盗号 被盗 | secure, security, safe, hacked
notify: 通知 提醒 推送 消息提醒 | notification, notify, alert, reminder
slow: 慢 卡顿 很卡 | slow, lag, laggy, sluggish
crash: 崩溃 闪退 打不开 死机 白屏 | crash, crashes, freeze up, won't open, wont open, blank screen
connect: 连接 连上 连 断开 接入 配对 | connect, connection, pair, pairing, offline, disconnect
battery: 电池 充电 续航 充不进电 | battery, charge up, charger, charging
wifi: 无线 无线网 网络 无线网络 | wifi, wi fi, internet, network, wireless
customs: 海关 关税 清关 | customs, duty, import tax
abroad: 国外 海外 国际 境外 出国 港澳台 | abroad, international, overseas, foreign, worldwide, other countries
urge: 催 催单 加急 尽快 快点 还没有 还没 | hurry, urgent, expedite, rush, express
book: 预订 预约 订房 预定 订 约 | book, booking, reserve, reservation, appointment
checkin: 入住 办理入住 | check in, checkin
checkout: 退房 离店 | check out, checkout time
breakfast: 早餐 早饭 | breakfast
park: 停车 停车场 车位 泊车 | parking, park, car park
pet: 宠物 带狗 带猫 狗 猫 | pet, dog, cat
gift: 礼品 礼物 送礼 礼品卡 | gift, gift card, gift wrap
child: 儿童 孩子 小孩 宝宝 | child, kid, children, baby
review: 评价 评论 好评 差评 | review, rating, feedback
complain: 投诉 举报 | complain, complaint
language: 语言 中文 英文 | language
api: api 接口 | api, endpoint
material: 材料 资料 证件 证明 需要带 带什么 | document, documents, paperwork, id card, bring
report: 报告 结果 化验单 | report, result, results
insurance: 医保 保险 | insurance, insured
contract: 合同 协议 条款 | contract, agreement, terms
`;

/** Chinese phrases and stemmed English word sequences, each with the concepts it stands for; and how many words begin with a word at most. */
export type Concepts = { words: Map<string, string[]>; reach: Map<string, number> };

/** Reads the table; `stem` is the same stemmer the questions go through. */
export function readConcepts(stem: (word: string) => string): Concepts {
  const words = new Map<string, string[]>();
  const reach = new Map<string, number>();
  for (const line of CONCEPTS.trim().split('\n')) {
    const [name = '', rest = ''] = line.split(':');
    const [chinese = '', english = ''] = rest.split('|');
    for (const phrase of chinese.trim().split(/\s+/)) {
      words.set(phrase, [...(words.get(phrase) ?? []), name]);
    }
    for (const phrase of english.split(',')) {
      const stems = phrase.trim().split(/\s+/).map(stem);
      const key = stems.join(' ');
      words.set(key, [...new Set([...(words.get(key) ?? []), name])]);
      const [first = ''] = stems;
      reach.set(first, Math.max(reach.get(first) ?? 0, stems.length));
    }
  }
  return { words, reach };
}
