/** The blocks of a tree of HTML, whoever parsed it. */
import type { Block } from '../schema.ts';

/** What we need of a node. */
export type Tree = { nodeType: number; nodeName: string; nodeValue: string | null; childNodes: Iterable<Tree> };

const SKIPPED = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'SVG', 'IFRAME', 'BUTTON', 'SELECT', 'INPUT', 'TEXTAREA', 'HEAD', 'TITLE', 'META', 'LINK']);
/** Around what a page says, not in it. */
export const FURNITURE = 'nav, header, footer, aside, form, dialog, [role=navigation], [role=banner], [role=contentinfo], [role=search], [aria-hidden=true], [hidden]';
const PARTS = new Set(['P', 'DIV', 'SECTION', 'ARTICLE', 'MAIN', 'BODY', 'BLOCKQUOTE', 'FIGURE', 'FIGCAPTION', 'DETAILS', 'DL', 'DT', 'DD', 'HR', 'HEADER', 'FOOTER', 'ADDRESS', 'FIELDSET', 'LI']);

const nameOf = (node: Tree): string => node.nodeName.toUpperCase();
const tidy = (text: string): string => text.replace(/[ \t\r\f\u00a0]+/g, ' ').replace(/ *\n */g, '\n').trim();

/** What a node says, line breaks as they are shown. */
export function said(node: Tree): string {
  if (node.nodeType === 3) return (node.nodeValue ?? '').replace(/\s+/g, ' ');
  const name = nameOf(node);
  if (SKIPPED.has(name)) return '';
  if (name === 'BR') return '\n';
  const inner = [...node.childNodes].map(said).join('');
  return PARTS.has(name) || name === 'TR' ? `\n${inner}\n` : inner;
}

const lines = (node: Tree): string => tidy(said(node)).replace(/\n+/g, '\n');

function listOf(node: Tree, depth: number): string[] {
  const ordered = nameOf(node) === 'OL';
  let number = 0;
  return [...node.childNodes].flatMap((child) => {
    if (nameOf(child) === 'UL' || nameOf(child) === 'OL') return listOf(child, depth + 1);
    if (nameOf(child) !== 'LI') return [];
    number += 1;
    const inner = [...child.childNodes];
    const own = tidy(inner.filter((each) => nameOf(each) !== 'UL' && nameOf(each) !== 'OL').map(said).join('')).replace(/\n+/g, ' ');
    return [`${'  '.repeat(depth)}${ordered ? `${number}.` : '-'} ${own}`, ...inner.filter((each) => nameOf(each) === 'UL' || nameOf(each) === 'OL').flatMap((each) => listOf(each, depth + 1))];
  });
}

function rowsOf(node: Tree): string[] {
  return [...node.childNodes].flatMap((child) => {
    if (nameOf(child) !== 'TR') return rowsOf(child);
    const cells = [...child.childNodes].filter((cell) => nameOf(cell) === 'TD' || nameOf(cell) === 'TH').map((cell) => lines(cell).replace(/\n/g, ' '));
    return cells.some((cell) => cell !== '') ? [cells.join(' | ')] : [];
  });
}

/** All blocks below a node, in order. */
export function blocksOf(root: Tree): Block[] {
  const blocks: Block[] = [];
  let open = '';
  const close = () => {
    const text = tidy(open).replace(/\n{2,}/g, '\n');
    if (text !== '') blocks.push({ kind: 'text', text });
    open = '';
  };
  const put = (block: Block) => { close(); if (block.text !== '') blocks.push(block); };
  const walk = (node: Tree): void => {
    const name = nameOf(node);
    if (node.nodeType === 3 || name === 'BR') { open += said(node); return; }
    if (node.nodeType === 8 || SKIPPED.has(name)) return;
    const level = /^H([1-6])$/.exec(name)?.[1] ?? (name === 'SUMMARY' || name === 'DT' ? '6' : '');
    if (level) put({ kind: 'heading', level: Number(level), text: lines(node).replace(/\n/g, ' ') });
    else if (name === 'UL' || name === 'OL') put({ kind: 'list', text: listOf(node, 0).join('\n') });
    else if (name === 'TABLE') put({ kind: 'table', text: rowsOf(node).join('\n') });
    else if (name === 'PRE') put({ kind: 'code', text: preformatted(node).trim() });
    else if (PARTS.has(name)) {
      close();
      for (const child of node.childNodes) walk(child);
      close();
    } else for (const child of node.childNodes) walk(child);
  };
  walk(root);
  close();
  return blocks;
}

const preformatted = (node: Tree): string => (node.nodeType === 3 ? node.nodeValue ?? '' : nameOf(node) === 'BR' ? '\n' : [...node.childNodes].map(preformatted).join(''));
