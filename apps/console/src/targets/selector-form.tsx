import { Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { ProblemView } from '../states/problem-view.js';
import { usePlans } from '../tenants/use-tenants.js';
import { type SelectorText, parsePairs } from './selector.js';
import { words } from '../words/words.texts.js';
import { texts } from './targets.texts.js';

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
        {texts.selector.about}
      </Text>
      <Checkbox
        label={texts.selector.all}
        checked={value.all && !isNarrowed}
        disabled={isNarrowed}
        onChange={(event) => onChange({ all: event.currentTarget.checked })}
      />
      <Checkbox.Group
        label={words.plans}
        value={[...value.plans]}
        onChange={(next) => onChange({ plans: next })}
      >
        <Group gap="md" mt={4}>
          {plans.data?.items.map(({ id }) => (
            <Checkbox key={id} value={id} label={id} />
          ))}
        </Group>
      </Checkbox.Group>
      {plans.isError && <ProblemView error={plans.error} onRetry={() => void plans.refetch()} />}
      <Group gap="sm" align="flex-end" grow preventGrowOverflow={false}>
        <TextInput
          label={words.labels}
          placeholder={texts.selector.labelsExample}
          value={value.labels}
          error={parsePairs(value.labels, ':') === null && words.labelsFault}
          onChange={(event) => onChange({ labels: event.currentTarget.value })}
        />
        <TextInput
          label={texts.selector.where}
          placeholder={texts.selector.whereExample}
          value={value.where}
          error={parsePairs(value.where, '=') === null && texts.selector.whereFault}
          onChange={(event) => onChange({ where: event.currentTarget.value })}
        />
      </Group>
      <Group gap="sm" align="flex-end" grow preventGrowOverflow={false}>
        <TextInput
          label={texts.selector.ids}
          placeholder={texts.selector.idsExample}
          value={value.ids}
          onChange={(event) => onChange({ ids: event.currentTarget.value })}
        />
        <TextInput
          label={texts.selector.except}
          placeholder={texts.selector.idsExample}
          value={value.exclude}
          onChange={(event) => onChange({ exclude: event.currentTarget.value })}
        />
      </Group>
    </Stack>
  );
}
