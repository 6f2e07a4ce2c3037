import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
}

const file = join(import.meta.dirname, '../../docs/openapi.json');
const contract = JSON.parse(readFileSync(file, 'utf8')) as {
  paths: Record<string, { readonly get?: Operation }>;
};

const lists = Object.entries(contract.paths)
  .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'limit'))
  .map(([path]) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`));

/** True for a request of a list, which has to say how much of it. */
export function isListWithoutLimit(url: URL): boolean {
  return lists.some((path) => path.test(url.pathname)) && !url.searchParams.has('limit');
}
