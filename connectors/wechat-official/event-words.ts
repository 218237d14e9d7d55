/** Events of WeChat's cards, shops and devices in a sentence each; their particulars stand beside it as data. */

const sentences: Record<string, [zh: string, en: string]> = {
  user_get_card: ['领取了卡券', 'Took a card or coupon'],
  user_gifting_card: ['转赠了卡券', 'Gave a card or coupon away'],
  user_del_card: ['删除了卡券', 'Deleted a card or coupon'],
  user_consume_card: ['核销了卡券', 'Used a card or coupon'],
  user_view_card: ['打开了会员卡', 'Opened the membership card'],
  update_member_card: ['会员卡内容有变动', 'The membership card changed'],
  submit_membercard_user_info: ['填写资料激活了会员卡', 'Filled in the form of the membership card'],
  user_pay_from_pay_cell: ['用“微信买单”付款', 'Paid with “WeChat Pay at the store”'],
  user_enter_session_from_card: ['从卡券进入了会话', 'Came to the chat from a card'],
  giftcard_pay_done: ['购买了礼品卡', 'Bought a gift card'],
  giftcard_send_to_friend: ['赠送了礼品卡', 'Gave a gift card to a friend'],
  giftcard_user_accept: ['领取了礼品卡', 'Accepted a gift card'],
  merchant_order: ['在微信小店下了订单', 'Placed an order in the WeChat shop'],
  open_product_order_pay: ['支付了小商店订单', 'Paid an order of the shop'],
  user_scan_product: ['扫描了商品条码', 'Scanned the bar code of a product'],
  user_scan_product_async: ['打开了商品主页', 'Opened the page of a product'],
  user_scan_product_enter_session: ['从商品主页进入了会话', 'Came to the chat from the page of a product'],
  shakearoundusershake: ['摇一摇发现了周边', 'Found us by “Shake nearby”'],
  wificonnected: ['连接了门店 Wi-Fi', 'Connected to the Wi-Fi of the shop'],
  submit_invoice_title: ['提交了发票抬头', 'Sent the title for an invoice'],
  user_authorize_invoice: ['授权开具发票', 'Agreed to an invoice'],
  update_invoice_status: ['发票状态有变动', 'The invoice changed'],
  user_enter_tempsession: ['进入了客服会话', 'Opened the chat'],
  device_bind: ['绑定了设备', 'Bound a device'],
  device_unbind: ['解绑了设备', 'Unbound a device'],
};

/** The sentence for an event, by WeChat's name in small letters. */
export function known(name: string): { 'zh-CN': string; en: string } | undefined {
  const [zh, en] = Object.hasOwn(sentences, name) ? sentences[name] ?? [] : [];
  return zh && en ? { 'zh-CN': zh, en } : undefined;
}
