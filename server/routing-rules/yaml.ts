/** The document as a YAML file. */
import { isNode, LineCounter, parseDocument, stringify } from 'yaml';
import type { RoutingDocument, Wrong } from './rules/document.ts';

const heading = `# Queues, calendars, the routing policy and the routing rules of this hub. Things name each other by name; people by their e-mail address.
# A section that is left out is left as it is; within a section, what is not listed is removed. Renaming is removing and adding.
`;

/** @returns the text of a file */
export const toYaml = (document: RoutingDocument): string => heading + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });

/** What a file says; `lineOf` finds where something stands in it, from 1. Mistakes of YAML itself come as what is wrong, with their line. */
export function fromYaml(text: string): { value: unknown; wrong: (Wrong & { line: number })[]; lineOf(path: Wrong['path']): number | undefined } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => lines.linePos(offset).line;
  return {
    value: parsed.errors.length > 0 ? {} : parsed.toJS({ maxAliasCount: 100 }),
    wrong: parsed.errors.map(({ message, pos }) => ({ path: [], message, line: at(pos[0]) })),
    lineOf(path) {
      // What is missing stands where it should be: in the nearest thing around it.
      for (let depth = path.length; depth > 0; depth -= 1) {
        const node: unknown = parsed.getIn(path.slice(0, depth), true);
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      return undefined;
    },
  };
}
