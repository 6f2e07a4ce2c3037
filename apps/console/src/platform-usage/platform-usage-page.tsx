import { Anchor, Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { Link } from 'react-router';
import { toUrl } from '../api/client.js';
import type { QueryOf, Schema } from '../api/operations.js';
import { downloadAs } from '../audit/download.js';
import { UtcDay } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { searchChoice, searchText, useSearchState } from '../url-state/use-search-state.js';
import { words } from '../words/words.texts.js';
import { texts } from './platform-usage.texts.js';

type Row = Schema<'PlatformUsageRow'>;
type Query = QueryOf<'/v1/platform/usage', 'get'>;

const path = '/v1/platform/usage';
const groups = ['tenant', 'plan', 'model', 'day'] as const;
const orders = ['-cost_usd', '-queries', 'group'] as const;
const shape = {
  group_by: searchChoice(groups),
  sort: searchChoice(orders),
  from: searchText,
  to: searchText,
};

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

const numbers: readonly Column<Row>[] = [
  { title: words.queries, cell: ({ queries }) => queries.toLocaleString(), isNumber: true },
  { title: words.promptTokens, cell: ({ prompt_tokens: tokens }) => tokens.toLocaleString(), isNumber: true },
  {
    title: texts.completionTokens,
    cell: ({ completion_tokens: tokens }) => tokens.toLocaleString(),
    isNumber: true,
  },
  { title: texts.costUsd, cell: ({ cost_usd: cost }) => cost.toFixed(4), isNumber: true },
];

const firstColumns: Readonly<Record<(typeof groups)[number], Column<Row>>> = {
  tenant: {
    title: words.tenant,
    cell: ({ tenant_id: id }) => (
      <Anchor component={Link} to={`/tenants/${id}/usage`} size="sm">
        {id}
      </Anchor>
    ),
  },
  plan: { title: words.plan, cell: ({ plan }) => plan },
  model: { title: words.model, cell: ({ model }) => model },
  day: { title: texts.dayUtc, cell: ({ date }) => date && <UtcDay day={date} /> },
};

/** The usage of all tenants, by tenant, plan, model or day. */
export function PlatformUsagePage() {
  const [search, setSearch] = useSearchState(shape);
  const query = toQuery(search);
  const pages = usePlatformPages(path, { query });
  return (
    <Screen title={texts.title} about={texts.about} actions={<Download query={query} />}>
      <Group gap="sm" align="flex-end" role="search">
        <SegmentedControl
          aria-label={words.by}
          data={groups.map((group) => ({ value: group, label: texts.byGroup(group) }))}
          value={search.group_by}
          onChange={(group) => setSearch({ group_by: group as (typeof groups)[number] })}
        />
        <SegmentedControl
          aria-label={texts.order}
          data={[
            { value: '-cost_usd', label: texts.dearestFirst },
            { value: '-queries', label: texts.busiestFirst },
            { value: 'group', label: texts.byName },
          ]}
          value={search.sort}
          onChange={(sort) => setSearch({ sort: sort as (typeof orders)[number] })}
        />
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            type="date"
            label={texts.fromUtc}
            value={search.from}
            onChange={(event) => setSearch({ from: event.currentTarget.value }, { replace: true })}
          />
          <TextInput
            type="date"
            label={texts.toUtc}
            value={search.to}
            onChange={(event) => setSearch({ to: event.currentTarget.value }, { replace: true })}
          />
        </Group>
      </Group>
      <PagedTable
        label={texts.usageBy(search.group_by)}
        pages={pages}
        columns={[firstColumns[search.group_by], ...numbers]}
        rowKey={({ tenant_id: tenant, plan, model, date }) => `${tenant} ${plan} ${model} ${date}`}
        empty={
          search.from === '' && search.to === '' ? (
            <EmptyState title={texts.noneTitle}>{texts.empty}</EmptyState>
          ) : (
            <NoMatch onClear={() => setSearch({ from: '', to: '' })}>{texts.noMatch}</NoMatch>
          )
        }
      />
    </Screen>
  );
}

function toQuery({
  group_by: group,
  sort,
  from,
  to,
}: {
  group_by: string;
  sort: string;
  from: string;
  to: string;
}) {
  return {
    group_by: group,
    sort,
    ...(dayPattern.test(from) && { from }),
    ...(dayPattern.test(to) && { to }),
  } as NonNullable<Query>;
}

function Download({ query }: { query: NonNullable<Query> }) {
  return (
    <Button
      variant="default"
      onClick={() => void downloadAs('usage.csv', toUrl(path, {}, query), 'text/csv')}
    >
      {texts.download}
    </Button>
  );
}
