/** The account's message templates, page by page, and the shape each is sent in. */
import { ConnectorError, type Template } from '../connector.ts';
import { list } from './fields.ts';
import type { Graph } from './graph.ts';
import { nextCursor, templateOf, type Shape } from './template.ts';

const fields = 'name,language,status,category,components,parameter_format';
const mostPages = 100;

/** @param wabaId empty: the account is not known, and so its templates are not */
export function templateBook(graph: Graph, wabaId: string) {
  const shapes = new Map<string, Shape>();
  const nameOf = (name: string, language: string): string => `${name}/${language}`;

  async function pages(query: Record<string, string>): Promise<Template[]> {
    const found: Template[] = [];
    let after: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await graph.get(`${wabaId}/message_templates`, { fields, limit: '100', ...query, ...(after && { after }) });
      for (const known of list(answer['data']).map(templateOf)) {
        if (!known) continue;
        found.push(known.template);
        shapes.set(nameOf(known.template.name, known.template.language), known.shape);
      }
      const next = nextCursor(answer);
      if (next === undefined || next === after) break;
      after = next;
    }
    return found;
  }

  return {
    async all(): Promise<Template[]> {
      if (!wabaId) throw new ConnectorError('rejected', { 'zh-CN': '请先填写 WhatsApp 商业账号编号', en: 'Fill in the WhatsApp Business Account ID first' });
      shapes.clear();
      return await pages({});
    },
    /** How a template is sent; undefined when Meta cannot be asked: then all variables are the body's. */
    async shapeOf(name: string, language: string): Promise<Shape | undefined> {
      if (wabaId && !shapes.has(nameOf(name, language))) await pages({ name }).catch(() => []);
      return shapes.get(nameOf(name, language));
    },
    /** Meta changed one of them. */
    forget(): void { shapes.clear(); },
  };
}
