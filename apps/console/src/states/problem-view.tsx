import { Alert, Anchor, Button, Code, CopyButton, Group, List, Stack, Text } from '@mantine/core';
import { type Problem, problemOf } from '../api/problem.js';
import { publicPath } from '../public-path.js';
import { factsOf } from './problem-facts.js';
import { remedyOf } from './remedies.js';

/** A problem of the API as every screen shows it: what happened, what to do about it, and the request id for the operator. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  return (
    <Alert
      variant="default"
      style={{
        borderInlineStart: `4px solid var(--mantine-color-${problem.status >= 500 || problem.status === 0 ? 'red' : 'yellow'}-6)`,
      }}
      title={problem.title}
      role="alert"
    >
      <Stack gap="xs">
        {problem.detail !== undefined && <Text size="sm">{problem.detail}</Text>}
        <Facts problem={problem} />
        <Text size="sm">{remedyOf(problem)}</Text>
        <Group gap="md">
          {onRetry && problem.slug !== 'forbidden' && (
            <Button size="xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
          {problem.request_id !== undefined && <RequestId id={problem.request_id} />}
          {problem.status > 0 && (
            <Anchor size="xs" href={`${publicPath}/problems/${problem.slug}`} target="_blank">
              About this problem
            </Anchor>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

function Facts({ problem }: { problem: Problem }) {
  const facts = factsOf(problem);
  if (facts.length === 0) return null;
  return (
    <List size="sm">
      {facts.map((fact, index) => (
        <List.Item key={`${index} ${fact}`}>{fact}</List.Item>
      ))}
    </List>
  );
}

function RequestId({ id }: { id: string }) {
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Button size="xs" variant="subtle" onClick={copy} title={`Copy the request id ${id}`}>
          {copied ? (
            'Copied'
          ) : (
            <>
              Request <Code>{id.slice(0, 8)}</Code>
            </>
          )}
        </Button>
      )}
    </CopyButton>
  );
}
