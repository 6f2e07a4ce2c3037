import type { OpenAPIObject } from '@nestjs/swagger';
import type { Operation } from './operation.js';

type PathItem = Record<string, Operation>;

/**
 * Adds links from what a POST creates or starts to the operations on it: the response of `POST /v1/x` names the operations of
 * `/v1/x/{id}` with the id of its body, so that generators and fuzzers can follow.
 */
export function addLinks(document: OpenAPIObject): void {
  const paths = document.paths as unknown as Record<string, PathItem>;
  for (const [path, item] of Object.entries(paths)) {
    const { '201': created, '202': started } = item['post']?.responses ?? {};
    const [response, links] = [created ?? started, findLinks(path, paths)];
    if (response && links.length > 0) response.links = Object.fromEntries(links);
  }
}

function findLinks(path: string, paths: Record<string, PathItem>): [string, object][] {
  return Object.entries(paths).flatMap(([target, item]) => {
    const parameter = parameterBelow(path, target);
    if (parameter === null) return [];
    const parameters = { ...passedOn(path), [parameter]: `$response.body#/${memberOf(target, parameter)}` };
    return Object.values(item).map(({ operationId = '' }): [string, object] => [
      operationId,
      { operationId, parameters },
    ]);
  });
}

/** `id` for `/v1/x` and `/v1/x/{id}`, or for what can be done with it: `/v1/x/{id}/cancel`. */
function parameterBelow(path: string, target: string): string | null {
  const below = target.startsWith(`${path}/`) ? target.slice(path.length + 1) : '';
  return /^\{(\w+)\}(?:\/[a-z-]+)?$/.exec(below)?.[1] ?? null;
}

function passedOn(path: string): Record<string, string> {
  return Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, `$request.path.${name}`]),
  );
}

/** A document's body names its id `doc_id`; every other body has the name of the parameter. */
function memberOf(target: string, parameter: string): string {
  return target.includes('/documents/') ? 'doc_id' : parameter;
}
