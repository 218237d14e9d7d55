import type { Known } from './shape.ts';

const help = 'https://shop.example/zh/help';

/** What the shop's bot knows, in Chinese. */
export const answersZh: Known[] = [
  { key: 'delivery', question: '下单后多久能到货？', variants: ['几天能收到', '快递要多长时间', '什么时候发货'], answer: '工作日 16 点前的订单当天发货，一般 2 至 4 天送达；新疆、西藏等地区约 5 至 7 天。', url: `${help}/delivery` },
  { key: 'track', question: '怎么查看物流进度？', variants: ['我的快递到哪了', '在哪看运单号', '查物流'], answer: '打开“我的订单”，点击“查看物流”即可看到运单号和最新位置；发货后约 6 小时开始更新。', url: `${help}/delivery` },
  { key: 'address', question: '怎么修改收货地址？', variants: ['地址填错了', '换个收件地址'], answer: '未发货的订单可在订单详情里点“修改地址”；已发货的请直接联系快递改派，或回复我们代为联系。' },
  { key: 'fee', question: '运费怎么算？', variants: ['包邮吗', '邮费多少'], answer: '满 99 元包邮；不满 99 元收 8 元，偏远地区收 15 元。' },
  { key: 'abroad', question: '可以寄到国外或港澳台吗？', variants: ['能寄香港吗', '支持海外配送吗'], answer: '可以寄往港澳台和 32 个国家，运费按重量计算，结算页会显示；关税由收件人承担。' },
  { key: 'missing', question: '显示已签收但没有收到怎么办？', variants: ['快递丢了', '没收到货却显示签收'], answer: '请先问一下家人、门卫或驿站；24 小时内仍未找到，请告诉我们订单号，我们向快递查询并补发。', url: `${help}/missing` },
  { key: 'return', question: '怎么申请退货？', variants: ['不想要了可以退吗', '七天无理由退货', '退货流程'], answer: '签收后 7 天内、未使用且包装完好的商品可以退货：在订单详情点“申请退货”，按提示寄回即可。定制刻字商品除外。', url: `${help}/returns` },
  { key: 'refund', question: '退款多久到账？', variants: ['退的钱什么时候到', '为什么还没退款'], answer: '仓库收到退货后 1 至 3 个工作日退款，原路返回；银行卡最迟 7 个工作日到账。', url: `${help}/returns` },
  { key: 'exchange', question: '可以换货吗？', variants: ['想换个颜色', '尺码不合适想换', '怎么换货'], answer: '签收后 15 天内可以换颜色或尺码，在订单详情点“申请换货”；换货的往返运费第一次由我们承担。' },
  { key: 'damaged', question: '收到的商品破损怎么办？', variants: ['墨水漏了', '东西摔坏了', '有瑕疵'], answer: '请在 48 小时内拍下外箱和破损处的照片发给我们，核实后免费补发或全额退款，无需寄回。' },
  { key: 'wrong', question: '发错货了怎么办？', variants: ['收到的不是我买的', '少发了一件'], answer: '非常抱歉！请把收到的商品和面单拍照发来，我们当天补发正确的商品，错发的由快递上门取回。' },
  { key: 'cancel', question: '怎么取消订单？', variants: ['不想买了', '拍错了想取消'], answer: '未发货的订单可在订单详情里点“取消订单”，款项立即原路退回；已发货的请拒收或收到后申请退货。' },
  { key: 'invoice', question: '怎么开发票？', variants: ['申请电子发票', '我要开票', '发票在哪里开'], answer: '在订单详情点“申请开票”，填写抬头和税号，电子发票会在 24 小时内发到您的邮箱。', url: `${help}/invoice` },
  { key: 'vat', question: '可以开增值税专用发票吗？', variants: ['能开专票吗', '公司要专票'], answer: '可以。请提供公司名称、税号、地址电话、开户行及账号，审核后 3 个工作日内开具电子专票。', url: `${help}/invoice` },
  { key: 'title', question: '发票抬头开错了怎么改？', variants: ['发票信息写错了', '重开发票'], answer: '当月的发票可以作废重开：请告诉我们订单号和正确的抬头、税号；跨月的需要先红冲再重开，约 5 个工作日。' },
  { key: 'payment', question: '支持哪些付款方式？', variants: ['能用微信付吗', '可以货到付款吗'], answer: '支持微信支付、支付宝、银联卡和企业对公转账，暂不支持货到付款。' },
  { key: 'coupon', question: '优惠券为什么用不了？', variants: ['券不能用', '优惠码无效'], answer: '请检查有效期、使用门槛和适用商品；限时特价商品不能叠加优惠券，每单只能用一张。' },
  { key: 'points', question: '会员积分怎么用？', variants: ['积分能换什么', '积分抵现'], answer: '100 积分抵 1 元，结算时勾选“使用积分”；积分自获得之日起一年内有效。' },
  { key: 'member', question: '怎么成为会员？', variants: ['会员有什么好处', '会员等级'], answer: '注册即为普通会员；一年内消费满 1000 元升级为银卡（95 折），满 3000 元升级为金卡（9 折并优先发货）。' },
  { key: 'password', question: '忘记密码怎么办？', variants: ['登录不上去', '密码重置'], answer: '在登录页点“忘记密码”，用注册手机号收验证码即可重设；也可以直接用短信验证码登录。' },
  { key: 'phone', question: '怎么更换绑定的手机号？', variants: ['换手机号了', '旧号码停用'], answer: '在“我的 - 账户安全 - 更换手机号”里操作；旧号码收不到验证码时，请联系人工核对身份后更换。' },
  { key: 'erase', question: '怎么注销账户？', variants: ['删除我的账号', '删除个人信息'], answer: '在“我的 - 设置 - 注销账户”里提交申请，7 天内完成；未完成的订单和积分会一并清除，请先处理好。' },
  { key: 'code', question: '收不到短信验证码怎么办？', variants: ['验证码没来', '短信收不到'], answer: '请检查是否被手机拦截，60 秒后可重新获取；仍收不到请改用语音验证码，每天最多 5 次。' },
  { key: 'notebook', question: 'A5 和 B6 笔记本有多大？', variants: ['本子尺寸', 'B6 是多大'], answer: 'A5 为 148 x 210 毫米，适合书桌；B6 为 125 x 176 毫米，方便随身。两种都是 160 页、可平摊。' },
  { key: 'apron', question: '亚麻围裙怎么选尺码？', variants: ['围裙尺寸', '170 穿什么码'], answer: '身高 165 以下选 S，165 至 175 选 M，175 以上选 L；系带可调，介于两码之间建议选大一码。' },
  { key: 'ink', question: '墨水可以加进钢笔吗？', variants: ['松烟墨能用钢笔吗', '会不会堵笔'], answer: '彩墨系列适合钢笔；松烟墨含颗粒，只适合毛笔，请不要加进钢笔，以免堵塞。' },
  { key: 'warranty', question: '钢笔保修多久？', variants: ['保修期', '笔坏了能修吗'], answer: '钢笔整笔保修 1 年，笔尖 3 个月；人为摔损不在保修范围，但可以付费更换笔尖。', url: `${help}/warranty` },
  { key: 'app', question: '小程序打不开或闪退怎么办？', variants: ['小程序一直转圈', 'App 闪退'], answer: '请先更新微信到最新版，再在“发现 - 小程序”里删除后重新搜索打开；仍不行请告诉我们手机型号。' },
  { key: 'engrave', question: '可以刻字吗？', variants: ['定制刻名字', '刻字要几天'], answer: '钢笔和笔记本封面可以免费刻字，最多 12 个汉字，需要多 2 个工作日；刻字商品不支持无理由退货。' },
  { key: 'bulk', question: '企业批量采购有折扣吗？', variants: ['团购价', '公司采购', '买 100 本多少钱'], answer: '50 件起 9 折，200 件起 85 折，并可印公司标志；请留下数量和联系方式，采购顾问一个工作日内回复。' },
  { key: 'hours', question: '人工客服几点上班？', variants: ['客服时间', '周末有人吗'], answer: '人工客服每天 9:00 至 21:00 在线，节假日不休；其他时间由机器人回答，留言会在次日上午回复。' },
];
