/** Words in one field: commas of both languages, or line ends, stand between them. */
export const listOf = (text: string): string[] => [...new Set(text.split(/[,，、\n]/u).map((word) => word.trim()).filter((word) => word !== ''))];
/** As they stand in the field. */
export const textOf = (words: readonly string[], comma: string): string => words.join(comma);
