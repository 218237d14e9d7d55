/** The fences around a model, as one thing that can be handed over: what goes in, what may be asked, what comes out. */
import { mayAskModel, mayBeShown } from './injection.ts';
import { stopped, type Ground, type Stopped } from './outgoing.ts';
import { personalFence } from './personal.ts';

/** See the files beside this one. */
export type Fence = {
  mayAskModel(said: string[]): boolean;
  mayBeShown(passage: string): boolean;
  personal(): { hide(text: string): string; restore(text: string): string; restoreAll(text: string): string };
  stopped(text: string, ground: Ground): Stopped | undefined;
};

/** All of them. */
export const FENCE: Fence = { mayAskModel, mayBeShown, personal: personalFence, stopped };
