import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, CaseRunner } from '../testing/case-runner.js';

const folder = join(import.meta.dirname, '../spec');
const files = globSync('*.json', { cwd: folder }).toSorted();

function casesOf(file: string): Case[] {
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cases: Case[] }).cases;
}

describe.each(files)('the cases that every client has to pass, %s:', (file) => {
  it.each(casesOf(file).map((each): [string, Case] => [each.title, each]))(
    '%s',
    (_title, { steps, ...options }) => {
      const runner = new CaseRunner(options);
      for (const [index, step] of steps.entries()) {
        runner.run(step);
        const expected = step.expect ?? {};
        const observed = Object.entries(runner.observed()).filter(([name]) => name in expected);
        expect({ step: index, ...Object.fromEntries(observed) }).toEqual({ step: index, ...expected });
      }
      expect(steps.some((step) => step.expect)).toBe(true);
    },
  );
});
