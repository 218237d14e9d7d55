/** Tools as a bot gets them: bound to who asks and to what was said. */
import type { Action } from '../../bots/bot.ts';
import type { StoredTool } from './schema.ts';
import { GUARDS, useTool, usedYes, withdrawYes, type Asker, type Guards, type World } from './use.ts';

/** @param worldOf the world of one use */
export function actionsOf(tools: readonly StoredTool[], asker: Asker, worldOf: () => World, guards: Guards = GUARDS): Action[] {
  return tools.map(tool => {
    // Words of a foreign server inform, or they are not shown.
    const told = [tool.description, tool.when].filter(text => text !== '' && (tool.run.kind === 'http' || guards.mayBeShown(text)));
    return {
      name: tool.name, title: tool.title, description: told.join(' Use it when: '), effect: tool.effect, inputs: tool.inputs.filter(({ from }) => from === 'customer'),
      needsProof: !guards.proved(tool.identity, asker.known),
      run: (inputs, locale, stopping) => useTool(tool, asker, inputs, locale, worldOf(), stopping, guards),
      used: inputs => usedYes(tool, asker, inputs, worldOf()),
      withdraw: inputs => withdrawYes(tool, asker, inputs, worldOf()),
    };
  });
}
