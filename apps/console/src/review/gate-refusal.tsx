import { Alert } from '@mantine/core';
import { problemOf } from '../api/problem.js';
import { type QuestionResult, QuestionResults } from './question-results.js';

/** The golden questions that stood against a change, with what each one lacks; null for another problem. */
export function gateRefusal(error: unknown) {
  const problem = problemOf(error);
  if (problem.slug !== 'gate-failed') return null;
  return (
    <Alert color="yellow" title={problem.title} role="alert">
      <QuestionResults results={(problem['failures'] ?? []) as QuestionResult[]} />
    </Alert>
  );
}
