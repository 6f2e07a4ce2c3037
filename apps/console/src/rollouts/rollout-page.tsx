import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { call } from '../api/client.js';
import { ActorName } from '../actors/actor-name.js';
import type { Schema } from '../api/operations.js';
import type { Outcome } from '../targets/outcomes.js';
import { selectorText } from '../targets/selector.js';
import { DateText } from '../dates/date-text.js';
import { RowsTable } from '../lists/paged-table.js';
import { ValueList } from '../lists/value-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { guardrailLines, missingSamples, steps } from './guardrails.js';
import type { Rollout } from './rollout.js';
import { RolloutSheet, type RolloutAct } from './rollout-sheet.js';
import { rolloutTexts } from './rollouts.texts.js';
import { words } from '../words/words.texts.js';

const path = '/v1/platform/rollouts/{id}';

/** One rollout: both arms side by side, the distance of each guardrail, and the next step. It is read again every three seconds. */
export function RolloutPage() {
  const { id = '' } = useParams();
  const rollout = useQuery({
    queryKey: [path, id],
    queryFn: async ({ signal }) => (await call('get', path, { params: { id }, signal })).data,
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? 3_000 : false),
  });
  return (
    <Screen
      title={rollout.data?.name ?? rolloutTexts.rollout}
      actions={rollout.data && <Acts rollout={rollout.data} />}
    >
      <Loaded query={rollout}>
        {(data) => (
          <>
            <Facts rollout={data} />
            <Arms rollout={data} />
            <Guardrails rollout={data} />
            <Tenants rollout={data} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Acts({ rollout }: { rollout: Rollout }) {
  const [act, setAct] = useState<RolloutAct | null>(null);
  const refusal = usePlatformRefusal();
  const isOpen = rollout.state === 'running' || rollout.state === 'stopped';
  const over = isOpen ? null : rolloutTexts.isOver(rollout.state);
  return (
    <>
      {steps.map((percentage) => (
        <ActButton
          key={percentage}
          variant={percentage === rollout.percentage ? 'filled' : 'default'}
          aria-label={rolloutTexts.giveToShare(percentage)}
          reason={refusal ?? over ?? (percentage === rollout.percentage ? rolloutTexts.hasShare : null)}
          onClick={() => setAct({ kind: 'step', percentage })}
        >
          {`${percentage} %`}
        </ActButton>
      ))}
      <ActButton reason={refusal ?? over} onClick={() => setAct({ kind: 'promote' })}>
        {rolloutTexts.promoteAct}
      </ActButton>
      <ActButton reason={refusal ?? over} color="red" onClick={() => setAct({ kind: 'abort' })}>
        {rolloutTexts.abortAct}
      </ActButton>
      {act && <RolloutSheet rollout={rollout} act={act} onClose={() => setAct(null)} />}
    </>
  );
}

function Facts({ rollout }: { rollout: Rollout }) {
  const {
    state,
    stop_reason: why,
    percentage,
    unit,
    selector,
    changes,
    created_by: by,
    created_at: at,
  } = rollout;
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <StateBadge state={state} />
        <Text size="sm" role="status">
          {rolloutTexts.share(percentage, unit)}, {selectorText(selector)}
        </Text>
      </Group>
      {why !== null && <Text size="sm">{why}</Text>}
      <ValueList values={changes} />
      <Text size="sm" c="dimmed">
        <ActorName actor={by} />, <DateText at={at} />
      </Text>
      {rollout.promotion && (
        <Anchor component={Link} to={`/bulk-updates/${rollout.promotion.bulk_id}`} size="sm">
          {rolloutTexts.bulkUpdate(rollout.promotion.updated)}
        </Anchor>
      )}
    </Stack>
  );
}

const shareText = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
const numberText = (value: number | null, digits = 0): string => value?.toFixed(digits) ?? '–';

const measures: readonly { readonly label: string; readonly read: (arm: Schema<'ArmResponse'>) => string }[] =
  [
    { label: words.queries, read: ({ samples }) => samples.toLocaleString() },
    { label: rolloutTexts.measures.errorRate, read: ({ error_rate: rate }) => shareText(rate) },
    { label: rolloutTexts.measures.p95, read: ({ p95_ms: ms }) => numberText(ms) },
    { label: rolloutTexts.measures.meanCost, read: ({ mean_cost_usd: cost }) => numberText(cost, 5) },
    { label: rolloutTexts.measures.fallbackRate, read: ({ fallback_rate: rate }) => shareText(rate) },
  ];

function Arms({ rollout: { arms } }: { rollout: Rollout }) {
  return (
    <Section title={rolloutTexts.arms.title}>
      <RowsTable
        label={rolloutTexts.arms.both}
        rows={measures}
        rowKey={({ label }) => label}
        columns={[
          { title: rolloutTexts.arms.sinceThisStep, cell: ({ label }) => label },
          { title: rolloutTexts.arms.control, cell: ({ read }) => read(arms.control), isNumber: true },
          { title: rolloutTexts.arms.treatment, cell: ({ read }) => read(arms.treatment), isNumber: true },
        ]}
      />
    </Section>
  );
}

function Guardrails({ rollout }: { rollout: Rollout }) {
  const missing = missingSamples(rollout);
  return (
    <Section title={rolloutTexts.guardrails.title}>
      {missing > 0 && <Text size="sm">{rolloutTexts.guardrails.missingQueries(missing)}</Text>}
      {guardrailLines(rollout).map(({ label, value, limit, share }) => (
        <div key={label}>
          <Group justify="space-between">
            <Text size="sm">{label}</Text>
            <Text size="sm" className="numbers">
              {rolloutTexts.guardrails.ofLimit(value, limit)}
            </Text>
          </Group>
          <Progress
            value={Math.min(100, share * 100)}
            color={share >= 0.8 ? 'red' : 'teal'}
            aria-label={label}
          />
        </div>
      ))}
    </Section>
  );
}

/** The counts of the rollout's tenants. `outcome` is the part of a dry run of the same changes that contains them; empty for all parts. */
const tenantCounts: readonly {
  readonly name: keyof Rollout['tenants'];
  readonly label: string;
  readonly outcome?: Outcome | '';
}[] = [
  { name: 'matched', label: rolloutTexts.tenants.matched, outcome: '' },
  { name: 'eligible', label: rolloutTexts.tenants.eligible },
  { name: 'treatment', label: rolloutTexts.tenants.treatment },
  { name: 'override_locked', label: rolloutTexts.tenants.lockedByTenant, outcome: 'skipped_locked' },
  { name: 'locked_by_plan', label: rolloutTexts.tenants.lockedByPlan, outcome: 'invalid' },
  { name: 'managed_by_code', label: rolloutTexts.tenants.ownedByFile, outcome: 'skipped_locked' },
  { name: 'approval_required', label: rolloutTexts.tenants.approvalRequired, outcome: 'approval_required' },
  { name: 'invalid', label: rolloutTexts.tenants.invalid, outcome: 'invalid' },
];

/** The dry run of the rollout's changes, which lists the tenants of this outcome with the reason of each. */
function dryRunPath({ selector, changes }: Rollout, outcome: Outcome | ''): string {
  const search = new URLSearchParams({
    selector: JSON.stringify(selector),
    changes: JSON.stringify(changes),
    outcome,
  });
  return `/rollouts/new?${search.toString()}`;
}

function Tenants({ rollout }: { rollout: Rollout }) {
  return (
    <Section
      title={words.tenants}
      act={
        <Button component={Link} to="/tenants" size="xs" variant="subtle">
          {rolloutTexts.tenants.all}
        </Button>
      }
    >
      <RowsTable
        label={rolloutTexts.tenants.ofRollout}
        rows={tenantCounts}
        rowKey={({ name }) => name}
        columns={[
          { title: rolloutTexts.tenants.that, cell: ({ label }) => label },
          {
            title: rolloutTexts.tenants.number,
            cell: ({ name, label, outcome }) => {
              const count = rollout.tenants[name];
              if (outcome === undefined || !count) return count?.toLocaleString() ?? '–';
              return (
                <Anchor
                  component={Link}
                  to={dryRunPath(rollout, outcome)}
                  inherit
                  underline="always"
                  aria-label={rolloutTexts.tenants.which(count, label)}
                >
                  {count.toLocaleString()}
                </Anchor>
              );
            },
            isNumber: true,
          },
        ]}
      />
    </Section>
  );
}
