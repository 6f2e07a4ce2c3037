import { Anchor, List, Paper, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { Schema } from '../api/operations.js';
import { reasonAgainst } from '../act/permission.js';
import { InsteadOfAsking } from '../playground/instead-of-asking.js';
import { useSession } from '../session/session-context.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { sumUsage } from '../usage/usage-sums.js';
import { firstStepsOf } from './first-steps.js';
import { overviewTexts } from './overview.texts.js';

/** What the people of a new tenant do first; ticks itself, and goes once all is done. The platform does none of it for them. */
export function FirstSteps({
  usage,
  version,
}: {
  usage: Schema<'UsageResponse'>;
  version: number | undefined;
}) {
  const { isPlatform } = useTenantScope();
  const session = useSession();
  const { data } = useTenantQuery('/v1/documents', {
    query: { limit: 1, include: 'count' },
    isEnabled: !isPlatform,
  });
  if (data === undefined || version === undefined) return null;
  const { queries } = sumUsage(usage.days);
  const steps = firstStepsOf({ documents: data.total ?? data.items.length, queries, version });
  if (steps.every(({ isDone }) => isDone)) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={overviewTexts.firstSteps}>
      <Title order={2} size="h5" mb="sm">
        {overviewTexts.firstSteps}
      </Title>
      <List type="ordered" size="sm" spacing="xs">
        {steps.map(({ step, path, rule, isDone }) => (
          <List.Item key={step}>
            <Step
              text={overviewTexts[step]}
              path={path}
              isDone={isDone}
              refusal={reasonAgainst(session, rule)}
            />
          </List.Item>
        ))}
      </List>
      {steps.some(({ rule }) => reasonAgainst(session, rule) !== null) && <InsteadOfAsking mt="sm" />}
    </Paper>
  );
}

interface StepProps {
  readonly text: string;
  readonly path: string;
  readonly isDone: boolean;
  /** Why this person may not do it. */
  readonly refusal: string | null;
}

function Step({ text, path, isDone, refusal }: StepProps) {
  if (isDone) return overviewTexts.done(text);
  if (refusal !== null) return overviewTexts.notYours(text, refusal);
  return (
    <Anchor component={Link} to={`../${path}`} relative="path" inherit>
      {text}
    </Anchor>
  );
}
