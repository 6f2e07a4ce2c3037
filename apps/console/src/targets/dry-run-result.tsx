import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ChangeList } from '../lists/change-list.js';
import type { Column } from '../lists/paged-table.js';
import { PreviewRows } from '../lists/preview-rows.js';
import type { Schema } from '../api/operations.js';
import type { Patch } from '../platform-settings/patch-editor.js';
import { ProblemView } from '../states/problem-view.js';
import { LoadingLines } from '../states/states.js';
import { OutcomeDetail } from './outcome-detail.js';
import { OutcomeBar } from './outcome-bar.js';
import { outcomes, partsOfDryRun, tenantsText } from './outcomes.js';
import type { useDryRun } from './use-dry-run.js';

type Sample = Schema<'BulkSampleResponse'>;

const labels: Readonly<Record<string, string>> = Object.fromEntries(
  outcomes.map(({ key, label }) => [key, key === 'updated' ? 'would change' : label]),
);

const columnsWith = (forceable: Patch | undefined): readonly Column<Sample>[] => [
  { title: 'Tenant', cell: ({ tenant_id: id }) => id },
  { title: 'Outcome', cell: ({ outcome }) => labels[outcome] ?? outcome },
  { title: 'Changes', cell: ({ changes }) => <ChangeList changes={changes} /> },
  {
    title: 'Detail',
    cell: ({ tenant_id: id, outcome, detail }) => (
      <OutcomeDetail tenantId={id} outcome={outcome} detail={detail} {...(forceable && { forceable })} />
    ),
  },
];

interface DryRunResultProps {
  readonly dryRun: ReturnType<typeof useDryRun>;
  readonly hint: string | null;
  /** What a locked tenant could get by force. */
  readonly forceable?: Patch;
  readonly children: ReactNode;
}

/** What would happen: the outcome bar, the way on, and every tenant with its changes. */
export function DryRunResult({ dryRun, hint, forceable, children }: DryRunResultProps) {
  const { query, first } = dryRun;
  if (hint !== null) return <Text c="dimmed">{hint}</Text>;
  if (query.isError) return <ProblemView error={query.error} />;
  if (first === undefined) return <LoadingLines lines={3} />;
  return (
    <Stack gap="sm" aria-busy={!dryRun.isCurrent}>
      <Text role="status">
        {tenantsText(first.matched)} matched, {tenantsText(first.would_update)} would change.
      </Text>
      <OutcomeBar parts={partsOfDryRun(first)} />
      {children}
      <PreviewRows
        label="Tenants of the dry run"
        rows={dryRun.items}
        columns={columnsWith(forceable)}
        rowKey={({ tenant_id: id }) => id}
        matched={first.matched.toLocaleString()}
        query={query}
      />
    </Stack>
  );
}
