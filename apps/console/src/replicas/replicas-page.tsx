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
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { texts } from './replicas.texts.js';

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
    <Screen title={words.replicas} about={texts.about} isWide>
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
          {texts.race.title}
        </Title>
        <ReplicaRace replicas={overview.replicas} />
      </section>
      <Replicas replicas={overview.replicas} />
      <section aria-labelledby="busiest">
        <Title order={2} size="h4" id="busiest" mb="xs">
          {texts.busiest.title}
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
      label={words.replicas}
      columns={replicaColumnsWith(redisOf)}
      rows={replicas}
      rowKey={({ id }) => id}
    />
  );
}

function Facts({ overview: { tenants, queries, newest_change: newest } }: { overview: Overview }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <Fact label={words.tenants} value={tenants.total}>
        {texts.facts.tenants(tenants.active, tenants.suspended)}
      </Fact>
      <Fact label={texts.facts.queries} value={queries.last_minute}>
        {queries.error_rate === null
          ? texts.facts.noneEnded
          : texts.facts.unanswered(percent.format(queries.error_rate))}
        {queries.p95_ms !== null && texts.facts.p95(formatMs(queries.p95_ms))}
      </Fact>
      <Fact label={texts.facts.cost} value={formatUsd(queries.cost_usd_today)}>
        {texts.facts.costAbout}
      </Fact>
      <Fact
        label={texts.facts.newest}
        value={newest === null ? texts.facts.noChange : texts.facts.version(newest.version)}
      >
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
  if (rows.length === 0) return <EmptyState title={texts.busiest.none}>{texts.busiest.noneAbout}</EmptyState>;
  return (
    <RowsTable
      label={texts.busiest.label}
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
  value === null ? texts.columns.unknown : text(value);

const replicaColumnsWith = (redisOf: (bus: Replica['bus']) => string): readonly Column<Replica>[] => [
  {
    title: texts.columns.replica,
    cell: ({ id, version, started_at: at }) => (
      <>
        {id}
        <Text size="xs" c="dimmed">
          {fillIn(texts.columns.release(version), { date: <DateText at={at} /> })}
        </Text>
      </>
    ),
  },
  { title: words.state, cell: ({ state }) => state },
  {
    title: texts.columns.behindBy,
    cell: ({ behind_by: changes }) => orUnknown(changes, String),
    isNumber: true,
  },
  {
    title: texts.columns.feedRead,
    cell: ({ watermark_age_ms: age }) => orUnknown(age, (ms) => texts.columns.ago(formatMs(ms))),
    isNumber: true,
  },
  { title: texts.columns.source, cell: ({ source }) => source },
  { title: texts.columns.redis, cell: ({ bus }) => redisOf(bus) },
  { title: texts.columns.entries, cell: ({ entries }) => entries, isNumber: true },
  {
    title: texts.columns.cacheHits,
    cell: ({ hit_rate: rate }) => orUnknown(rate, (share) => percent.format(share)),
    isNumber: true,
  },
  { title: texts.columns.load, cell: ({ load_p95_ms: ms }) => orUnknown(ms, formatMs), isNumber: true },
];

const busiestColumns: readonly Column<Overview['busiest'][number]>[] = [
  { title: words.tenant, cell: ({ tenant_id: id }) => <TenantLink id={id} /> },
  { title: words.changes, cell: ({ changes_last_hour: count }) => count, isNumber: true },
  { title: texts.busiest.refused, cell: ({ validation_errors_last_hour: count }) => count, isNumber: true },
];
