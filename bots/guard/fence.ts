/** The fences around a model, as one thing that can be handed over: what goes in, what may be asked, what comes out. */
import { mayAskModel, mayBeShown } from './injection.ts';
import { stopped, type Ground, type Stopped } from './outgoing.ts';
import { personalFence, type PersonalFence, type PersonalKind } from './personal.ts';

/** See the files beside this one. */
export type Fence = {
  mayAskModel(said: string[]): boolean;
  mayBeShown(passage: string): boolean;
  /** @param hidden the kinds that are hidden; absent: all */
  personal(hidden?: readonly PersonalKind[]): PersonalFence;
  stopped(text: string, ground: Ground): Stopped | undefined;
};

/** All of them. */
export const FENCE: Fence = { mayAskModel, mayBeShown, personal: personalFence, stopped };
