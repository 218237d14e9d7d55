/** Vectors of what the bot knows. Types only; no I/O. */

/** A text as it is kept: `hash` of what the model was shown, and its direction in a byte a dimension; see rules/quantise.ts. */
export type KeptVector = { hash: string; vector: Int8Array };
