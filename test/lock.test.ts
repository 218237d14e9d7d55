import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() })) });

/** npm leaves out binaries of other platforms that the registry at hand does not have, and `npm ci` then refuses the file everywhere. */
test('the lock file names the optional packages of every platform', () => {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')));
  const found = (from: string, name: string): boolean => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
      if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]?.version) return true;
      if (!folder) return false;
    }
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => Object.keys(optionalDependencies).filter((name) => !found(path, name)));
  expect(missing).toEqual([]);
});
