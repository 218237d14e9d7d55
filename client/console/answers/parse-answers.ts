/** Reads pasted lines or a CSV file into questions and answers. */

export type Row = { question: string; answer: string; variants: string[] };
export type Parsed = { rows: Row[]; problems: { line: number; reason: 'no-answer' | 'no-question' }[] };

/** Fields of CSV or tab-separated text (RFC 4180: quotes, doubled quotes, line breaks inside quotes). */
export function cells(text: string): string[][] {
  const clean = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const separator = clean.split('\n', 1)[0]?.includes('\t') ? '\t' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < clean.length; at++) {
    const letter = clean.charAt(at);
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (clean[at + 1] === '"') { cell += '"'; at++; } else quoted = false;
    } else if (letter === '"' && cell.trim() === '') { quoted = true; cell = ''; } else if (letter === separator) { row.push(cell.trim()); cell = ''; } else if (letter === '\n') {
      rows.push([...row, cell.trim()]);
      row = [];
      cell = '';
    } else cell += letter;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell.trim()]);
  return rows;
}

const heads = /^(question|questions|问题|标准问题|q)$/i;

/** Columns: question, answer, then variants, also several in one cell parted by |. A heading row is skipped. */
export function parseAnswers(text: string): Parsed {
  const parsed: Parsed = { rows: [], problems: [] };
  for (const [index, row] of cells(text).entries()) {
    const [question = '', answer = '', ...others] = row;
    if (row.every((cell) => cell === '') || (index === 0 && heads.test(question))) continue;
    if (question === '' || answer === '') parsed.problems.push({ line: index + 1, reason: question === '' ? 'no-question' : 'no-answer' });
    else parsed.rows.push({ question, answer, variants: others.flatMap((cell) => cell.split('|')).map((each) => each.trim()).filter((each) => each !== '') });
  }
  return parsed;
}
