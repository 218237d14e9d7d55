import { z } from 'zod';

/** A label's name as people write it; its colour is one of the theme's. */
export const Label = z.strictObject({
  name: z.string().trim().min(1, 'a label needs a name').max(60),
  color: z.enum(['neutral', 'primary', 'success', 'warning', 'error', 'info']).default('neutral'),
});
export type Label = z.infer<typeof Label>;
