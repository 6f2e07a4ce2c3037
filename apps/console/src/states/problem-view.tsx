import { Alert, Anchor, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { CopyButton } from '../act/copy-button.js';
import { type Problem, problemOf } from '../api/problem.js';
import { publicPath } from '../public-path.js';
import { FaultLink } from './fault-link.js';
import { factsOf, faultsOf } from './problem-facts.js';
import { remedyOf } from './remedies.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { texts } from './states.texts.js';

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
        <Detail problem={problem} />
        <Facts problem={problem} />
        <Text size="sm">{remedyOf(problem)}</Text>
        <Group gap="md">
          {onRetry && problem.slug !== 'forbidden' && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {words.tryAgain}
            </Button>
          )}
          {problem.request_id !== undefined && <RequestId id={problem.request_id} />}
          {problem.status > 0 && (
            <Anchor size="xs" href={`${publicPath}/problems/${problem.slug}`} target="_blank">
              {texts.aboutProblem}
            </Anchor>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

/** A single fault is its own detail. */
function Detail({ problem: { detail, errors = [] } }: { problem: Problem }) {
  const fault = errors.find(({ message }) => message === detail);
  if (detail === undefined) return null;
  return <Text size="sm">{fault ? <FaultLink fault={fault} /> : detail}</Text>;
}

function Facts({ problem }: { problem: Problem }) {
  const facts = factsOf(problem);
  const faults = faultsOf(problem);
  if (facts.length + faults.length === 0) return null;
  return (
    <List size="sm">
      {faults.map((fault, index) => (
        <List.Item key={`${index} ${fault.field}`}>
          <FaultLink fault={fault} />
        </List.Item>
      ))}
      {facts.map((fact, index) => (
        <List.Item key={`${index} ${fact}`}>{fact}</List.Item>
      ))}
    </List>
  );
}

function RequestId({ id }: { id: string }) {
  return (
    <CopyButton value={id} size="xs" variant="subtle" title={texts.copyRequestId(id)}>
      {fillIn(texts.request, { id: <Code>{id}</Code> })}
    </CopyButton>
  );
}
