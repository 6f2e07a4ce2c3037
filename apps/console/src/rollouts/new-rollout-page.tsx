import { Group, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { DryRunResult } from '../targets/dry-run-result.js';
import { selectorText } from '../targets/selector.js';
import { TargetedChangesForm, useTargetedChanges } from '../targets/targeted-changes.js';
import { parseNumber } from '../controls/number-text.js';
import { ValueList } from '../lists/value-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { steps } from './guardrails.js';
import { rolloutTexts } from './rollouts.texts.js';
import { type RolloutDraft, useRolloutDraft } from './use-rollout-draft.js';
import { words } from '../words/words.texts.js';

const path = '/v1/platform/rollouts';

const guardrailLabels: Readonly<Record<string, string>> = {
  max_error_rate: rolloutTexts.guardrails.maxErrorRate,
  max_p95_ms: rolloutTexts.guardrails.maxP95,
  max_cost_ratio: rolloutTexts.guardrails.maxCostRatio,
  max_fallback_rate: rolloutTexts.guardrails.maxFallbackRate,
  min_samples: rolloutTexts.guardrails.minSamples,
};

/** Makes a rollout: choose the tenants, the changes, the percentage and the guardrails that stop it. */
export function NewRolloutPage() {
  const targeted = useTargetedChanges();
  const { selector, changes, missing, dryRun } = targeted;
  const [draft, change] = useRolloutDraft();
  return (
    <Screen title={rolloutTexts.new.title} about={rolloutTexts.about}>
      <TargetedChangesForm value={targeted} />
      <Section title={rolloutTexts.new.howMuch}>
        <ShareFields draft={draft} onChange={change} />
      </Section>
      <Section title={rolloutTexts.new.whatWouldHappen}>
        <DryRunResult
          dryRun={dryRun}
          hint={missing ?? (selector && Object.keys(changes).length > 0 ? null : rolloutTexts.empty)}
        >
          {selector && <Start selector={selector} changes={changes} draft={draft} />}
        </DryRunResult>
      </Section>
    </Screen>
  );
}

interface ShareFieldsProps {
  readonly draft: RolloutDraft;
  readonly onChange: (change: Partial<RolloutDraft>) => void;
}

function ShareFields({ draft, onChange }: ShareFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TextInput
        label={words.name}
        value={draft.name}
        required
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={rolloutTexts.new.partOf}
        value={draft.unit}
        data={[
          { value: 'tenant', label: rolloutTexts.new.tenants },
          { value: 'query', label: rolloutTexts.new.queries },
        ]}
        onChange={(event) => onChange({ unit: event.currentTarget.value as RolloutDraft['unit'] })}
      />
      <NativeSelect
        label={rolloutTexts.new.share}
        value={draft.percentage}
        data={steps.map(String)}
        onChange={(event) => onChange({ percentage: event.currentTarget.value })}
      />
      {Object.entries(guardrailLabels).map(([name, label]) => (
        <TextInput
          key={name}
          label={label}
          inputMode="decimal"
          value={draft.guardrails[name] ?? ''}
          onChange={(event) =>
            onChange({ guardrails: { ...draft.guardrails, [name]: event.currentTarget.value } })
          }
        />
      ))}
    </SimpleGrid>
  );
}

interface StartProps {
  readonly selector: Schema<'SelectorRequest'>;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly draft: RolloutDraft;
}

function Start({ selector, changes, draft }: StartProps) {
  const [isOpen, setOpen] = useState(false);
  const refusal = usePlatformRefusal();
  return (
    <Group justify="flex-end">
      <ActButton
        reason={refusal ?? (draft.name.trim() === '' ? rolloutTexts.new.nameMissing : null)}
        onClick={() => setOpen(true)}
      >
        {startText(draft)}
      </ActButton>
      {isOpen && (
        <StartSheet selector={selector} changes={changes} draft={draft} onClose={() => setOpen(false)} />
      )}
    </Group>
  );
}

const startText = ({ percentage, unit }: RolloutDraft): string =>
  rolloutTexts.giveTo(Number(percentage), unit);

function StartSheet({ selector, changes, draft, onClose }: StartProps & { onClose: () => void }) {
  const navigate = useNavigate();
  const [headers] = useState(createIdempotencyHeaders);
  const set = Object.entries(draft.guardrails).filter(([, text]) => text.trim() !== '');
  const body = {
    name: draft.name,
    unit: draft.unit,
    percentage: Number(draft.percentage),
    selector,
    changes,
    guardrails: Object.fromEntries(set.map(([name, text]) => [name, parseNumber(text)])),
  } as unknown as Schema<'RolloutRequest'>;
  const start = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('post', path, { body, headers });
    notifyDone({ message: rolloutTexts.started(draft.name), request });
    await navigate(`/rollouts/${data.id}`);
  };
  return (
    <ReviewSheet
      title={rolloutTexts.new.start(draft.name)}
      action={startText(draft)}
      request={{ method: 'POST', url: path, body, headers }}
      onConfirm={start}
      onClose={onClose}
    >
      <Text size="sm">{selectorText(selector)}:</Text>
      <ValueList values={changes} />
    </ReviewSheet>
  );
}
