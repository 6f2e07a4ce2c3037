import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { ActorName } from '../actors/actor-name.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { ValueList } from '../lists/value-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded, NoMatch } from '../states/states.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { bulkTexts } from './bulk.texts.js';
import { CancelSheet, RevertSheet } from './operation-sheets.js';
import { OutcomeBar } from '../targets/outcome-bar.js';
import { OutcomeDetail } from '../targets/outcome-detail.js';
import { OutcomeCells } from './outcome-cells.js';
import { type Outcome, isOver, outcomes, partsOfOperation } from '../targets/outcomes.js';
import { type Operation, useOperation } from './use-operation.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

const shape = { outcome: searchText };

/** One bulk operation: how far it is, what became of each tenant, and the way back. */
export function OperationPage() {
  const { id = '' } = useParams();
  const operation = useOperation(id);
  return (
    <Screen
      title={bulkTexts.operation}
      about={operation.data?.reason}
      actions={operation.data && <Acts operation={operation.data} />}
    >
      <Loaded query={operation}>{(data) => <Details operation={data} />}</Loaded>
    </Screen>
  );
}

function Acts({ operation }: { operation: Operation }) {
  const [sheet, setSheet] = useState<'cancel' | 'revert' | null>(null);
  const refusal = usePlatformRefusal();
  const close = (): void => setSheet(null);
  return (
    <>
      {isOver(operation) ? (
        <Revert operation={operation} refusal={refusal} onOpen={() => setSheet('revert')} />
      ) : (
        <ActButton reason={refusal} color="red" variant="light" onClick={() => setSheet('cancel')}>
          {bulkTexts.cancelRest}
        </ActButton>
      )}
      {sheet === 'revert' && <RevertSheet operation={operation} onClose={close} />}
      {sheet === 'cancel' && <CancelSheet operation={operation} onClose={close} />}
    </>
  );
}

interface RevertProps {
  readonly operation: Operation;
  readonly refusal: string | null;
  readonly onOpen: () => void;
}

/** An operation is reverted once: after that, the way to its revert. */
function Revert({ operation, refusal, onOpen }: RevertProps) {
  if (operation.reverted_by !== null)
    return (
      <Button component={Link} to={`/bulk-updates/${operation.reverted_by}`} variant="default">
        {bulkTexts.openRevert}
      </Button>
    );
  return (
    <ActButton reason={refusal ?? revertRefusal(operation)} color="red" variant="light" onClick={onOpen}>
      {bulkTexts.revertTenants(operation.updated)}
    </ActButton>
  );
}

function revertRefusal({ kind, updated }: Operation): string | null {
  if (kind === 'revert') return bulkTexts.noRevertOfRevert;
  return updated === 0 ? bulkTexts.noTenantChanged : null;
}

function Details({ operation }: { operation: Operation }) {
  const [{ outcome }, setSearch] = useSearchState(shape);
  const { done, matched, state, failure_reason: why } = operation;
  return (
    <Stack gap="md">
      <Group gap="sm">
        <StateBadge state={state} />
        <Text role="status" size="sm">
          {bulkTexts.progress(done, matched)}
        </Text>
        {why !== null && <Text size="sm">{why}</Text>}
      </Group>
      <OutcomeBar
        parts={partsOfOperation(operation)}
        chosen={outcome}
        onChoose={(key) => setSearch({ outcome: key === 'left' ? '' : key })}
      />
      <OutcomeCells parts={partsOfOperation(operation)} />
      <About operation={operation} />
      <Items operation={operation} outcome={outcome} onClear={() => setSearch({ outcome: '' })} />
    </Stack>
  );
}

function About({ operation }: { operation: Operation }) {
  const { kind, reverts, changes, created_by: by, created_at: at, finished_at: end } = operation;
  return (
    <Stack gap={2}>
      {kind === 'revert' && reverts !== null ? (
        <Text size="sm">
          {fillIn(bulkTexts.reverts, {
            other: (
              <Anchor component={Link} to={`/bulk-updates/${reverts}`} inherit>
                {bulkTexts.revertsOther}
              </Anchor>
            ),
          })}
        </Text>
      ) : (
        <ValueList values={changes} nullText={bulkTexts.reset} maxLength={80} />
      )}
      <Text size="sm" c="dimmed">
        {fillIn(end === null ? bulkTexts.begun : bulkTexts.over, {
          actor: <ActorName actor={by} />,
          start: <DateText at={at} />,
          end: end !== null && <DateText at={end} />,
        })}
      </Text>
    </Stack>
  );
}

type Item = Schema<'BulkItemResponse'>;

const labels: Readonly<Record<string, string>> = Object.fromEntries(
  outcomes.map(({ key, label }) => [key, label]),
);

const columnsOf = ({ kind, changes }: Operation): readonly Column<Item>[] => [
  {
    title: words.tenant,
    cell: ({ tenant_id: id }) => (
      <Anchor component={Link} to={`/tenants/${id}/history`} size="sm">
        {id}
      </Anchor>
    ),
  },
  {
    title: bulkTexts.columns.outcome,
    cell: ({ outcome }) => (outcome === null ? words.toDo : (labels[outcome] ?? outcome)),
  },
  { title: words.version, cell: ({ version }) => version ?? '–', isNumber: true },
  {
    title: words.detail,
    cell: ({ tenant_id: id, outcome, detail }) => (
      <OutcomeDetail
        tenantId={id}
        outcome={outcome}
        detail={detail}
        {...(kind === 'update' && { forceable: changes })}
      />
    ),
  },
];

interface ItemsProps {
  readonly operation: Operation;
  readonly outcome: string;
  readonly onClear: () => void;
}

function Items({ operation, outcome, onClear }: ItemsProps) {
  const pages = usePlatformPages('/v1/platform/bulk-updates/{id}/items', {
    params: { id: operation.id },
    query: outcome === '' ? {} : { outcome: outcome as Outcome },
    refetchInterval: isOver(operation) ? false : 2_000,
  });
  return (
    <PagedTable
      label={bulkTexts.tenantsOfOperation}
      pages={pages}
      columns={columnsOf(operation)}
      rowKey={({ tenant_id: tenant }) => tenant}
      empty={
        outcome === '' ? (
          <EmptyState title={bulkTexts.nobody}>{bulkTexts.noItems}</EmptyState>
        ) : (
          <NoMatch onClear={onClear}>{bulkTexts.noItemsOfOutcome}</NoMatch>
        )
      }
    />
  );
}
