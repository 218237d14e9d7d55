/** What one message of a personal account may hold. */
export const limits = { textLength: 4_000, attachmentBytes: 25 * 1024 * 1024 };
