import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ChangeList } from '../lists/change-list.js';
import type { Column } from '../lists/paged-table.js';
import { PreviewRows } from '../lists/preview-rows.js';
import { previewPageSize } from '../lists/use-preview.js';
import { useReadOn } from '../lists/use-read-on.js';
import type { Schema } from '../api/operations.js';
import type { Patch } from '../platform-settings/patch-editor.js';
import { ProblemView } from '../states/problem-view.js';
import { LoadingLines } from '../states/states.js';
import { OutcomeDetail } from './outcome-detail.js';
import { OutcomeBar } from './outcome-bar.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { type OutcomePart, outcomes, partsOfDryRun } from './outcomes.js';
import type { useDryRun } from './use-dry-run.js';
import { words } from '../words/words.texts.js';
import { texts } from './targets.texts.js';

type Sample = Schema<'BulkSampleResponse'>;

const labels: Readonly<Record<string, string>> = Object.fromEntries(
  outcomes.map(({ key, label }) => [key, key === 'updated' ? texts.wouldChange : label]),
);

const columnsWith = (forceable: Patch | undefined): readonly Column<Sample>[] => [
  { title: words.tenant, cell: ({ tenant_id: id }) => id },
  { title: texts.outcome, cell: ({ outcome }) => labels[outcome] ?? outcome },
  {
    title: words.changes,
    cell: ({ changes }) => <ChangeList changes={changes} unsetText={texts.inherited} />,
  },
  {
    title: words.detail,
    cell: ({ tenant_id: id, outcome, detail }) => (
      <OutcomeDetail tenantId={id} outcome={outcome} detail={detail} {...(forceable && { forceable })} />
    ),
  },
];

/** `outcome`: the part of the tenants that is listed; empty for all. */
const shape = { outcome: searchText };

interface DryRunResultProps {
  readonly dryRun: ReturnType<typeof useDryRun>;
  readonly hint: string | null;
  /** What a locked tenant could get by force. */
  readonly forceable?: Patch;
  readonly children: ReactNode;
}

/** What would happen: the outcome bar, the way on, and every tenant with its changes. */
export function DryRunResult({ dryRun, hint, forceable, children }: DryRunResultProps) {
  const [{ outcome }, setSearch] = useSearchState(shape);
  const { query, first } = dryRun;
  if (hint !== null) return <Text c="dimmed">{hint}</Text>;
  if (query.isError) return <ProblemView error={query.error} />;
  if (first === undefined) return <LoadingLines lines={3} />;
  return (
    <Stack gap="sm" aria-busy={!dryRun.isCurrent}>
      <Text role="status">{texts.dryRun(first.matched, first.would_update)}</Text>
      <OutcomeBar
        parts={partsOfDryRun(first)}
        chosen={outcome}
        onChoose={(key) => setSearch({ outcome: key }, { replace: true })}
      />
      {children}
      <Tenants
        dryRun={dryRun}
        part={outcome === '' ? undefined : partOf(first, outcome)}
        forceable={forceable}
      />
    </Stack>
  );
}

/** A part without a tenant has no place in the bar. */
function partOf(dryRun: Schema<'DryRunResponse'>, outcome: string): Part {
  return partsOfDryRun(dryRun).find(({ key }) => key === outcome) ?? { key: outcome, count: 0 };
}

type Part = Pick<OutcomePart, 'key' | 'count'>;

interface TenantsProps {
  readonly dryRun: ReturnType<typeof useDryRun>;
  /** The part that is listed; absent for all tenants. */
  readonly part: Part | undefined;
  readonly forceable: Patch | undefined;
}

function Tenants({ dryRun, part, forceable }: TenantsProps) {
  const rows = useRowsOf(part, dryRun);
  const count = part ? part.count : (dryRun.first?.matched ?? 0);
  return (
    <PreviewRows
      label={texts.tenantsOfDryRun}
      rows={rows}
      columns={columnsWith(forceable)}
      rowKey={({ tenant_id: id }) => id}
      matched={count.toLocaleString()}
      query={dryRun.query}
    />
  );
}

/** Of these tenants the page looks for those of a part by itself; "Load more" looks on. Each page is a dry run of its own. */
const maxLookedThrough = 1_000;

/** The tenants of a part, by their ids. The API has no list of one part, so its pages are read until a first page of the part is there. */
function useRowsOf(part: Part | undefined, { query, items }: TenantsProps['dryRun']): readonly Sample[] {
  const rows = part ? items.filter(({ outcome }) => outcome === part.key) : items;
  const isShort = part !== undefined && rows.length < Math.min(part.count, previewPageSize);
  useReadOn(isShort && items.length < maxLookedThrough, query);
  return rows;
}
