import { Alert, Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, RowsTable } from '../lists/paged-table.js';
import { formatMs, formatUsd } from '../numbers/format.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded } from '../states/states.js';
import { ReplicaRace } from './replica-race.js';
import { type Replica, outagesOf, redisText } from './replicas.js';
import { useReadiness } from './use-readiness.js';

type Overview = Schema<'OverviewResponse'>;

/** What the replicas know and do, read every two seconds while the page is visible. */
export function useOverview(isLive: boolean) {
  return useQuery({
    queryKey: ['/v1/platform/overview'],
    queryFn: async ({ signal }) => (await call('get', '/v1/platform/overview', { signal })).data,
    refetchInterval: isLive ? 2_000 : false,
  });
}

/** Shows the replicas, how far each is behind the newest change, which dependencies do not answer, and the busiest tenants. */
export function ReplicasPage() {
  const overview = useOverview(true);
  return (
    <Screen title="Replicas" about="Read every two seconds while this page is visible." isWide>
      <Loaded query={overview}>{(data) => <Parts overview={data} />}</Loaded>
    </Screen>
  );
}

function Parts({ overview }: { overview: Overview }) {
  return (
    <Stack gap="xl">
      {outagesOf(overview.replicas).map(({ title, text }) => (
        <Alert key={title} color="red" title={title}>
          {text}
        </Alert>
      ))}
      <Facts overview={overview} />
      <section aria-labelledby="race">
        <Title order={2} size="h4" id="race" mb="xs">
          How far behind
        </Title>
        <ReplicaRace replicas={overview.replicas} />
      </section>
      <Replicas replicas={overview.replicas} />
      <section aria-labelledby="busiest">
        <Title order={2} size="h4" id="busiest" mb="xs">
          Busiest tenants of the last hour
        </Title>
        <Busiest rows={overview.busiest} />
      </section>
    </Stack>
  );
}

function Replicas({ replicas }: { replicas: readonly Replica[] }) {
  const { data: readiness } = useReadiness();
  // The readiness lists what a replica depends on. As long as it is not known, the word of the API stands.
  const isConfigured = readiness?.checks === undefined || 'redis' in readiness.checks;
  const redisOf = (bus: Replica['bus']): string => redisText(bus, { isConfigured, count: replicas.length });
  return (
    <RowsTable
      label="Replicas"
      columns={replicaColumnsWith(redisOf)}
      rows={replicas}
      rowKey={({ id }) => id}
    />
  );
}

function Facts({ overview: { tenants, queries, newest_change: newest } }: { overview: Overview }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <Fact label="Tenants" value={tenants.total}>
        {tenants.active} active, {tenants.suspended} suspended
      </Fact>
      <Fact label="Queries of the last minute" value={queries.last_minute}>
        {queries.error_rate === null
          ? 'none has ended'
          : `${percent.format(queries.error_rate)} without an answer`}
        {queries.p95_ms !== null && `, 95 of 100 within ${formatMs(queries.p95_ms)}`}
      </Fact>
      <Fact label="Cost of today (UTC)" value={formatUsd(queries.cost_usd_today)}>
        of the queries that have ended
      </Fact>
      <Fact label="Newest change" value={newest === null ? 'none' : `version ${newest.version}`}>
        {newest !== null && (
          <>
            <TenantLink id={newest.tenant_id} />, <DateText at={newest.at} />
          </>
        )}
      </Fact>
    </SimpleGrid>
  );
}

function Fact({ label, value, children }: { label: string; value: string | number; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm">{label}</Text>
      <Text size="xl" fw={700} className="numbers">
        {value}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {children}
      </Text>
    </Paper>
  );
}

function Busiest({ rows }: { rows: Overview['busiest'] }) {
  if (rows.length === 0)
    return (
      <EmptyState title="No changes">
        Nothing was changed within the last hour since the replicas started.
      </EmptyState>
    );
  return (
    <RowsTable
      label="Busiest tenants"
      columns={busiestColumns}
      rows={rows}
      rowKey={({ tenant_id: id }) => id}
    />
  );
}

function TenantLink({ id }: { id: string }) {
  return (
    <Anchor component={Link} to={`/tenants/${id}/investigate`} inherit underline="always">
      {id}
    </Anchor>
  );
}

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const orUnknown = (value: number | null, text: (known: number) => string): string =>
  value === null ? 'unknown' : text(value);

const replicaColumnsWith = (redisOf: (bus: Replica['bus']) => string): readonly Column<Replica>[] => [
  {
    title: 'Replica',
    cell: ({ id, version, started_at: at }) => (
      <>
        {id}
        <Text size="xs" c="dimmed">
          Release {version}, started <DateText at={at} />
        </Text>
      </>
    ),
  },
  { title: 'State', cell: ({ state }) => state },
  { title: 'Behind by', cell: ({ behind_by: changes }) => orUnknown(changes, String), isNumber: true },
  {
    title: 'Feed read',
    cell: ({ watermark_age_ms: age }) => orUnknown(age, (ms) => `${formatMs(ms)} ago`),
    isNumber: true,
  },
  { title: 'Source', cell: ({ source }) => source },
  { title: 'Redis', cell: ({ bus }) => redisOf(bus) },
  { title: 'Entries', cell: ({ entries }) => entries, isNumber: true },
  {
    title: 'Cache hits',
    cell: ({ hit_rate: rate }) => orUnknown(rate, (share) => percent.format(share)),
    isNumber: true,
  },
  { title: 'Load, p95', cell: ({ load_p95_ms: ms }) => orUnknown(ms, formatMs), isNumber: true },
];

const busiestColumns: readonly Column<Overview['busiest'][number]>[] = [
  { title: 'Tenant', cell: ({ tenant_id: id }) => <TenantLink id={id} /> },
  { title: 'Changes', cell: ({ changes_last_hour: count }) => count, isNumber: true },
  { title: 'Refused as invalid', cell: ({ validation_errors_last_hour: count }) => count, isNumber: true },
];
