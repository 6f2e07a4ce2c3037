import { Alert, Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, use, useEffect, useState } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { problemOf } from '../api/problem.js';
import { type Session, SessionContext } from '../session/session-context.js';
import { ProblemView } from './problem-view.js';
import { texts } from './states.texts.js';

const showAfterMs = 150;

/** The outline of a screen while its first answer is on the way; nothing for the first 150 ms. */
export function LoadingLines({ lines = 6 }: { lines?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), showAfterMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Stack aria-busy="true" aria-label={texts.loading} role="status">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} radius="sm" />
      ))}
    </Stack>
  );
}

/** What would be here, why it is not, and the one next act. `isWholeScreen` where no other heading is. */
export function EmptyState({
  title,
  children,
  action,
  isWholeScreen = false,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  isWholeScreen?: boolean;
}) {
  return (
    <Stack align="flex-start" gap="xs" py="xl">
      <Title order={isWholeScreen ? 1 : 2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw={560}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}

/** A list that its filter leaves empty. `children` says more than the title. */
export function NoMatch({ children, onClear }: { children: ReactNode; onClear: () => void }) {
  return (
    <EmptyState
      title={texts.noMatch}
      action={
        <Button variant="default" onClick={onClear}>
          {texts.clearFilter}
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}

/**
 * Shows a query's state: an outline, its problem, or its data. Data that is there stays while a newer answer is read, and says since when it is
 * old if there is none.
 */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.isError && hasNoAnswer(query.error) && <StaleNote since={query.dataUpdatedAt} />}
        {children(query.data)}
      </>
    );
  if (query.isError) return <ReadProblem error={query.error} onRetry={() => void query.refetch()} />;
  return <LoadingLines />;
}

/** No replica was reached, or a proxy says so. For a service that answers 503, the shell has a banner. */
const hasNoAnswer = (error: unknown): boolean => [0, 502, 504].includes(problemOf(error).status);

function StaleNote({ since }: { since: number }) {
  return (
    <Alert color="red" role="alert" mb="md">
      {texts.stale(new Date(since).toLocaleTimeString())}
    </Alert>
  );
}

/** Why something cannot be shown. Whoever may not see it is told who may. */
export function ReadProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const session = use(SessionContext);
  const who = problemOf(error).slug === 'forbidden' && session !== null ? whoMaySee(session) : null;
  if (who === null) return <ProblemView error={error} onRetry={onRetry} />;
  return <EmptyState title={texts.notForYou}>{who}</EmptyState>;
}

function whoMaySee({ role, scopes }: Session): string | null {
  if (role === 'member') return texts.whoMaySee.admins;
  return scopes === null ? null : texts.whoMaySee.scopes(scopes);
}
