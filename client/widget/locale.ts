/** Ours for any language tag a browser or a site may name. */
export function localeOf(tag: string | null | undefined): 'zh-CN' | 'en' {
  return /^zh\b/i.test(tag ?? '') ? 'zh-CN' : 'en';
}

/** Puts the values where the braces are. */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
