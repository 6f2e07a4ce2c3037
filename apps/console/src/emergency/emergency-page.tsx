import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { AbortSheet } from '../rollouts/rollout-sheet.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { ForceSetting } from './force-setting.js';
import { LastActs } from './last-acts.js';
import { SuspendTenant } from './suspend-tenant.js';

const texts = {
  about: 'What stops the damage, on one page: g ! opens it from everywhere.',
  noRollouts: 'No rollout is running.',
};

/** Stops rollouts, suspends a tenant, forces one setting, and shows what the platform did last and how its parts are. */
export function EmergencyPage() {
  return (
    <Screen title="Emergency" about={texts.about}>
      <Health />
      <Rollouts />
      <Section title="Suspend a tenant">
        <SuspendTenant />
      </Section>
      <Section title="Force one setting on one tenant">
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
    <Section title="Health">
      <Loaded query={overview}>
        {({ replicas, queries, tenants }) => (
          <Stack gap={4}>
            <Group gap="xs">
              {replicas.map(({ id, state, bus }) => (
                <StateBadge key={id} state={bus === 'degraded' ? `${state}, Redis away` : state} />
              ))}
            </Group>
            <Text size="sm">
              {queries.last_minute} queries in the last minute, error rate {shareText(queries.error_rate)},{' '}
              {tenants.suspended} of {tenants.total} tenants suspended
            </Text>
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

const shareText = (value: number | null): string =>
  value === null ? 'unknown' : `${(value * 100).toFixed(1)} %`;

function Rollouts() {
  const pages = usePlatformPages('/v1/platform/rollouts', { limit: 20, refetchInterval: 5_000 });
  const [aborted, setAborted] = useState<Schema<'RolloutResponse'> | null>(null);
  const refusal = usePlatformRefusal();
  const running = pages.items.filter(({ state }) => state === 'running' || state === 'stopped');
  return (
    <Section title="Abort a rollout">
      {running.length === 0 && <Text size="sm">{texts.noRollouts}</Text>}
      {running.map((rollout) => (
        <Group key={rollout.id} justify="space-between">
          <Anchor component={Link} to={`/rollouts/${rollout.id}`} size="sm">
            {rollout.name}, {rollout.percentage} % of {rollout.unit === 'tenant' ? 'tenants' : 'queries'}
          </Anchor>
          <ActButton size="xs" color="red" reason={refusal} onClick={() => setAborted(rollout)}>
            {`Abort ${rollout.name}`}
          </ActButton>
        </Group>
      ))}
      {aborted && <AbortSheet rollout={aborted} onClose={() => setAborted(null)} />}
    </Section>
  );
}
