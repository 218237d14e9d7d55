/** Text as a regular expression that finds just it, for `$regex`. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
