import { Logger } from '@nestjs/common';
import { type Problem, problemTypes, toProblem } from '#http';
import type { FieldError } from '#kernel';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ToolAnswer } from './tool.js';

const logger = new Logger('mcp');

/** The answer of a tool, as text for models and as an object for programs. */
export function toToolResult({ output, text }: ToolAnswer): CallToolResult {
  return {
    content: [{ type: 'text', text: text ?? JSON.stringify(output) }],
    structuredContent: output as Record<string, unknown>,
  };
}

/** An error of a tool: for a model what happened and what to do next, then the problem document. It has no object, because clients check objects against the schema. */
export function toErrorResult(
  error: unknown,
  requestId: string,
): CallToolResult & { readonly problem: Problem } {
  const problem = toProblem(error, requestId);
  if (problem.status === 500) logger.error({ err: error, request_id: requestId }, 'a tool failed');
  const texts = [explain(problem), JSON.stringify(problem.body)];
  return { problem, isError: true, content: texts.map((text) => ({ type: 'text', text })) };
}

function explain({ slug, body, headers }: Problem): string {
  const { title, remedy } = problemTypes[slug];
  const errors = (body['errors'] ?? []) as readonly FieldError[];
  const retryAfter = headers['retry-after'];
  return [
    `${title}: ${String(body['detail'])}`,
    ...errors.map(({ message }) => `- ${message}`),
    `Next step: ${remedy}`,
    ...(retryAfter === undefined ? [] : [`Retry after ${retryAfter} s.`]),
  ].join('\n');
}
