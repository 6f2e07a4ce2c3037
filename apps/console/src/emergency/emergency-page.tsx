import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { ReadinessChecks } from '../replicas/readiness-checks.js';
import { outagesOfChecks } from '../replicas/replicas.js';
import { useReadiness } from '../replicas/use-readiness.js';
import { AbortSheet } from '../rollouts/rollout-sheet.js';
import { useOpenRollouts } from '../rollouts/use-open-rollouts.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { ForceSetting } from './force-setting.js';
import { LastActs } from './last-acts.js';
import { SuspendTenant } from './suspend-tenant.js';
import { texts } from './emergency.texts.js';
import { rolloutTexts } from '../rollouts/rollouts.texts.js';

/** Stops rollouts, suspends a tenant, forces one setting, and shows what the platform did last and how its parts are. */
export function EmergencyPage() {
  return (
    <Screen title={texts.title} about={texts.about}>
      <Health />
      <Rollouts />
      <Section title={texts.suspendTitle}>
        <SuspendTenant />
      </Section>
      <Section title={texts.force.title}>
        <ForceSetting />
      </Section>
      <LastActs />
    </Screen>
  );
}

function Health() {
  const overview = useQuery({
    queryKey: ['/v1/platform/overview'],
    queryFn: async ({ signal }) => (await call('get', '/v1/platform/overview', { signal })).data,
    refetchInterval: 5_000,
  });
  return (
    <Section title={texts.health}>
      <ReplicaHealth />
      <Loaded query={overview}>
        {({ replicas, queries, tenants }) => (
          <Stack gap={4}>
            <Group gap="xs">
              {replicas.map(({ id, state, bus }) => (
                <StateBadge key={id} state={bus === 'degraded' ? texts.redisAway(state) : state} />
              ))}
            </Group>
            <Text size="sm">
              {texts.load(queries.last_minute, shareText(queries.error_rate))},{' '}
              {texts.suspended(tenants.suspended, tenants.total)}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

/** The readiness of the replica that answers: Postgres, Redis and its other checks. It needs no database. */
function ReplicaHealth() {
  const readiness = useReadiness(5_000);
  return (
    <Loaded query={readiness}>
      {({ status, detail, checks = {} }) => (
        <>
          <Text size="sm">{status === 'ok' ? texts.ready : (detail ?? texts.degraded)}</Text>
          <ReadinessChecks checks={checks} />
          {outagesOfChecks(checks).map(({ title, text }) => (
            <Alert key={title} color="red" title={title}>
              {text}
            </Alert>
          ))}
        </>
      )}
    </Loaded>
  );
}

const shareText = (value: number | null): string =>
  value === null ? texts.unknownShare : `${(value * 100).toFixed(1)} %`;

function Rollouts() {
  const rollouts = useOpenRollouts();
  const [aborted, setAborted] = useState<Schema<'RolloutResponse'> | null>(null);
  const refusal = usePlatformRefusal();
  return (
    <Section title={texts.abortTitle}>
      <Loaded query={rollouts}>
        {(open) =>
          open.length === 0 ? (
            <Text size="sm">{texts.noRollouts}</Text>
          ) : (
            open.map((rollout) => (
              <Group key={rollout.id} justify="space-between">
                <Anchor component={Link} to={`/rollouts/${rollout.id}`} size="sm">
                  {rollout.name}, {rolloutTexts.share(rollout.percentage, rollout.unit)}
                </Anchor>
                <ActButton size="xs" color="red" reason={refusal} onClick={() => setAborted(rollout)}>
                  {rolloutTexts.abortOne(rollout.name)}
                </ActButton>
              </Group>
            ))
          )
        }
      </Loaded>
      {aborted && <AbortSheet rollout={aborted} onClose={() => setAborted(null)} />}
    </Section>
  );
}
