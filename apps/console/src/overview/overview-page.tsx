import { Alert, Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { problemOf } from '../api/problem.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { useDraft } from '../draft/draft-store.js';
import { formatCount, formatUsd } from '../numbers/format.js';
import { useChangeRequests } from '../requests/use-change-requests.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { BudgetBar } from '../usage/budget-bar.js';
import { DayBars } from '../usage/day-bars.js';
import { FirstSteps } from './first-steps-list.js';
import { LastChange } from './last-change.js';
import { overviewTexts } from './overview.texts.js';
import { useAuthorNames } from '../actors/use-author-names.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

type HistoryEntry = Schema<'HistoryEntryResponse'>;

export function OverviewPage() {
  const usage = useTenantQuery('/v1/usage');
  const history = useTenantQuery('/v1/config/history', { query: { limit: 5 } });
  return (
    <Screen title={overviewTexts.title} about={overviewTexts.about}>
      <DraftNote />
      <Loaded query={usage}>
        {(data) => (
          <Stack gap="lg">
            <FirstSteps usage={data} version={history.data?.items[0]?.version} />
            <Facts usage={data} newest={history.data?.items[0]} />
            <Paper withBorder p="md" component="section" aria-label={overviewTexts.budget}>
              <Title order={2} size="h5" mb="sm">
                {overviewTexts.budgetUtc}
              </Title>
              <BudgetBar budget={data.budget} />
            </Paper>
            <Paper withBorder p="md" component="section" aria-label={overviewTexts.queriesByDay}>
              <Title order={2} size="h5" mb="sm">
                <Anchor component={Link} to="../usage" relative="path" inherit>
                  {overviewTexts.queriesOfMonth}
                </Anchor>
              </Title>
              <DayBars days={data.days} measure="queries" />
            </Paper>
          </Stack>
        )}
      </Loaded>
      <Loaded query={history}>{({ items }) => <LastChange entries={items} />}</Loaded>
    </Screen>
  );
}

/** Edits that are not saved are only in this tab, and on no other fact of this screen. */
function DraftNote() {
  const { tenantId } = useTenantScope();
  const draft = useDraft(tenantId);
  if (draft === null) return null;
  return (
    <Alert variant="default" mb="md">
      <Anchor component={Link} to="../configuration" relative="path" size="sm">
        {overviewTexts.unsaved(Object.keys(draft.patch).length)}
      </Anchor>
    </Alert>
  );
}

interface FactsProps {
  readonly usage: Schema<'UsageResponse'>;
  readonly newest: HistoryEntry | undefined;
}

function Facts({ usage: { quota, budget }, newest }: FactsProps) {
  const left =
    typeof budget.limit_usd === 'number'
      ? formatUsd(Math.max(0, budget.limit_usd - budget.spent_usd - budget.reserved_usd))
      : overviewTexts.unlimited;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <Fact
        label={overviewTexts.queriesLeft}
        value={formatCount(Math.max(0, quota.limit - quota.used))}
        to="../usage"
      >
        {fillIn(overviewTexts.quota(formatCount(quota.limit)), { date: <DateText at={quota.resets_at} /> })}
      </Fact>
      <Fact label={overviewTexts.budgetLeft} value={left} to="../usage">
        {overviewTexts.spentAndReserved(formatUsd(budget.spent_usd), formatUsd(budget.reserved_usd))}
      </Fact>
      <VersionFact newest={newest} />
      <RequestsFact />
    </SimpleGrid>
  );
}

function VersionFact({ newest }: Pick<FactsProps, 'newest'>) {
  const nameOf = useAuthorNames();
  return (
    <Fact label={words.version} value={newest ? String(newest.version) : '…'} to="../history">
      {newest &&
        fillIn(overviewTexts.versionBy, {
          author: nameOf(newest.changed_by),
          date: <DateText at={newest.changed_at} />,
        })}
    </Fact>
  );
}

function RequestsFact() {
  const isMember = useSession().role === 'member';
  if (!isMember) return <WaitingRequests />;
  return (
    <Fact label={overviewTexts.waiting} value="–" to="../requests">
      {overviewTexts.onlyAdmins}
    </Fact>
  );
}

function WaitingRequests() {
  const pending = useChangeRequests('pending', 100);
  if (pending.isError && problemOf(pending.error).slug === 'forbidden')
    return (
      <Fact label={overviewTexts.waiting} value="–" to="../requests">
        {overviewTexts.notForKey}
      </Fact>
    );
  const count = pending.data?.items.length;
  const isMore = typeof pending.data?.next_cursor === 'string';
  return (
    <Fact
      label={overviewTexts.waiting}
      value={count === undefined ? '…' : overviewTexts.waitingCount(formatCount(count), isMore)}
      to="../requests"
    >
      {overviewTexts.waitingAbout}
    </Fact>
  );
}

function Fact({
  label,
  value,
  to,
  children,
}: {
  label: string;
  value: string;
  to: string;
  children?: ReactNode;
}) {
  return (
    <Paper withBorder p="md">
      <Anchor component={Link} to={to} relative="path" size="sm">
        {label}
      </Anchor>
      <Text size="xl" fw={600} className="numbers">
        {value}
      </Text>
      <Text size="xs" c="dimmed" className="numbers">
        {children}
      </Text>
    </Paper>
  );
}
