import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chartFolder } from './helm.js';

const readFile = (path: string): string => readFileSync(join(chartFolder, path), 'utf8');
const defaults = parse(readFile('values.yaml')) as Record<string, unknown>;

/** The paths of all values: a group is one value where it is a map that users fill. */
function pathsOf(values: Record<string, unknown>, prefix = ''): string[] {
  const filledByUsers = /^(config|secrets|.*(resources|labels|postgres|redis))$/;
  return Object.entries(values).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isGroup =
      typeof value === 'object' && value !== null && !Array.isArray(value) && !filledByUsers.test(path);
    return isGroup && Object.keys(value).length > 0
      ? pathsOf(value as Record<string, unknown>, `${path}.`)
      : [path];
  });
}

describe('README.md of the chart', () => {
  it('has a table of all values, and of no others', () => {
    const table = [...readFile('README.md').matchAll(/^\| `([\w.]+)`/gm)].map(([, path]) => path!);
    expect(table.toSorted()).toEqual(pathsOf(defaults).toSorted());
  });
});

describe('Chart.yaml', () => {
  it('has the version of the product', () => {
    const { version } = JSON.parse(readFile('../../package.json')) as { version: string };
    expect(parse(readFile('Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });
});
