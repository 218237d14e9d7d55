/** Who shows the dictionary of numbers at one of them. */
import type { InjectionKey } from 'vue';
import type { NumberName } from './numbers.ts';

export const explainKey: InjectionKey<(name: NumberName) => void> = Symbol('explain');
