/** The words of the operations pages, in English. The shape of this object is the shape every language must have. */

export const operationsEn = {
  calendars: { title: 'Calendars' },
};
export type OperationsMessages = typeof operationsEn;
