import mongoose from 'mongoose';

/** A new id: 24 hex digits that begin with the time, so that indexes grow at one end. Never use it for order: that is seq. */
export const newId = (): string => new mongoose.Types.ObjectId().toHexString();
