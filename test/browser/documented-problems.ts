import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SentProblem } from './page-reads.js';

const file = join(import.meta.dirname, '../../docs/openapi.json');

/** The problems that the OpenAPI document shows, by slug, as the service sends them. */
export function documentedProblems(): ReadonlyMap<string, SentProblem> {
  const found = new Map<string, SentProblem>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const slug = /^\/problems\/([a-z-]+)$/.exec(String((node as { type?: unknown }).type))?.[1];
    if (slug !== undefined && 'status' in node && 'title' in node) found.set(slug, node as SentProblem);
    else Object.values(node).forEach(visit);
  };
  visit(JSON.parse(readFileSync(file, 'utf8')));
  return found;
}
