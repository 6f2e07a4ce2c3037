import { Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { ProblemView } from '../states/problem-view.js';
import { usePlans } from '../tenants/use-tenants.js';
import { type SelectorText, parsePairs } from './selector.js';

/** Whom a change reaches: by plan, label, id, or the value that a setting has. */
export function SelectorForm({
  value,
  onChange,
}: {
  value: SelectorText;
  onChange: (change: Partial<SelectorText>) => void;
}) {
  const plans = usePlans();
  const isNarrowed =
    value.plans.length > 0 || [value.labels, value.ids, value.where].some((text) => text !== '');
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        A tenant must match every field that is filled in. Of several values for the same field, label or
        setting, one is enough.
      </Text>
      <Checkbox
        label="All tenants"
        checked={value.all && !isNarrowed}
        disabled={isNarrowed}
        onChange={(event) => onChange({ all: event.currentTarget.checked })}
      />
      <Checkbox.Group label="Plans" value={[...value.plans]} onChange={(next) => onChange({ plans: next })}>
        <Group gap="md" mt={4}>
          {plans.data?.items.map(({ id }) => (
            <Checkbox key={id} value={id} label={id} />
          ))}
        </Group>
      </Checkbox.Group>
      {plans.isError && <ProblemView error={plans.error} onRetry={() => void plans.refetch()} />}
      <Group gap="sm" align="flex-end" grow preventGrowOverflow={false}>
        <TextInput
          label="Labels"
          placeholder="region:eu, region:us"
          value={value.labels}
          error={parsePairs(value.labels, ':') === null && 'Write each label as name:value.'}
          onChange={(event) => onChange({ labels: event.currentTarget.value })}
        />
        <TextInput
          label="Where a setting has a value"
          placeholder="model_name=gpt-4"
          value={value.where}
          error={parsePairs(value.where, '=') === null && 'Write each as setting=value.'}
          onChange={(event) => onChange({ where: event.currentTarget.value })}
        />
      </Group>
      <Group gap="sm" align="flex-end" grow preventGrowOverflow={false}>
        <TextInput
          label="These tenants"
          placeholder="ids, separated by spaces"
          value={value.ids}
          onChange={(event) => onChange({ ids: event.currentTarget.value })}
        />
        <TextInput
          label="Except"
          placeholder="ids, separated by spaces"
          value={value.exclude}
          onChange={(event) => onChange({ exclude: event.currentTarget.value })}
        />
      </Group>
    </Stack>
  );
}
