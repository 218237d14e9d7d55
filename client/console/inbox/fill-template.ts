/** The text of a template with its variables: {{1}} is the first. What is not filled in stays visible. */
export const filled = (text: string, variables: readonly string[]): string => text.replace(/\{\{(\d+)\}\}/g, (place, number: string) => variables[Number(number) - 1]?.trim() || place);
