import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { onOutage, onWrite } from '../api/client.js';
import { publicPath } from '../public-path.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { shellTexts } from './shell.texts.js';

const defaultWaitS = 5;

/** Says after an answer 503 that the page is read-only, counts down to the next try, and reads everything again once the service is back. */
export function OutageBanner() {
  const [retryInS, setRetryInS] = useState<number | null>(null);
  const client = useQueryClient();
  useEffect(
    () => onOutage(({ retryAfterS }) => setRetryInS((now) => now ?? Math.ceil(retryAfterS ?? defaultWaitS))),
    [],
  );
  useEffect(() => onWrite(() => setRetryInS(null)), []);
  const retry = useCallback(async (): Promise<void> => {
    if (!(await isBack())) return setRetryInS(defaultWaitS);
    setRetryInS(null);
    await client.invalidateQueries();
  }, [client]);
  useEffect(() => {
    if (retryInS === null) return;
    const timer = setTimeout(() => (retryInS <= 1 ? void retry() : setRetryInS(retryInS - 1)), 1_000);
    return () => clearTimeout(timer);
  }, [retryInS, retry]);
  if (retryInS === null) return null;
  return (
    <Alert color="red" mb="md" role="status">
      <Group justify="space-between">
        <Text size="sm" maw={680}>
          {shellTexts.outage} <OutageRunbook />
        </Text>
        <Group gap="xs">
          {/* A screen reader does not need to hear every second. */}
          <Text size="sm" className="numbers" aria-live="off">
            {shellTexts.nextTry(retryInS)}
          </Text>
          <Button size="xs" variant="default" onClick={() => void retry()}>
            {shellTexts.tryNow}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

/** Leads people of the platform to the emergency page, which has the words of the runbook, and others to the page of the problem. */
function OutageRunbook() {
  if (isPlatformSession(useSession()))
    return (
      <Anchor component={Link} to="/emergency" inherit c="inherit" underline="always">
        {shellTexts.outageRunbook}
      </Anchor>
    );
  return (
    <Anchor
      href={`${publicPath}/problems/unavailable`}
      target="_blank"
      inherit
      c="inherit"
      underline="always"
    >
      {shellTexts.outageProblem}
    </Anchor>
  );
}

/** True when the service reports that it is ready and its database is there. */
async function isBack(): Promise<boolean> {
  try {
    const response = await fetch(`${publicPath}/health/ready`, { cache: 'no-store' });
    const { checks } = (await response.json()) as { checks?: Record<string, { status: string }> };
    return response.ok && checks?.['database']?.status === 'ok';
  } catch {
    return false;
  }
}
