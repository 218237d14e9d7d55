/** Folding: what two people type for the same thing becomes the same characters. */

// The traditional characters customers of a shop or a service desk use most, each above its simplified form.
const TRADITIONAL = '發訂單貨買賣錢費銀帳賬號碼員會資訊請問時間麼樣們這個關於聯繫絡電話網頁連線嗎無開啟辦聽說實際應該專業務點擊選擇過運輸輛車邊東長國內語達遲遠還進對錯誤壞損檢測試驗證書記錄級幾種類題標準備價積換現貼優減滿額轉匯帶護維終結預約區廳飯館樓層門鎖鑰寵適當機場歲兒嬰週報險醫藥處療診腦檔顯螢雲權隱戶頭註冊銷刪設軟體裝載數據從讓誰響聲歡謝幫願顧';
const SIMPLIFIED = '发订单货买卖钱费银账账号码员会资讯请问时间么样们这个关于联系络电话网页连线吗无开启办听说实际应该专业务点击选择过运输辆车边东长国内语达迟远还进对错误坏损检测试验证书记录级几种类题标准备价积换现贴优减满额转汇带护维终结预约区厅饭馆楼层门锁钥宠适当机场岁儿婴周报险医药处疗诊脑档显荧云权隐户头注册销删设软体装载数据从让谁响声欢谢帮愿顾';

const simplified = new Map([...TRADITIONAL].map((character, i) => [character, SIMPLIFIED[i] ?? character]));

/** Full width to half width, upper to lower case, traditional to simplified, invisible characters away. */
export function fold(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[\p{Cf}\p{Mn}]/gu, '').replace(/[\u2018\u2019\u02bc`]/g, "'");
  return plain.replace(/\p{Script=Han}/gu, (character) => simplified.get(character) ?? character);
}

/** The letters and digits alone: two texts with one key ask the same in the same words. */
export function keyOf(text: string): string {
  const folded = fold(text);
  return folded.replace(/[^\p{L}\p{N}]+/gu, '') || folded.trim();
}
