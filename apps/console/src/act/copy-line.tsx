import { Code, Group } from '@mantine/core';
import { texts } from './act.texts.js';
import { CopyButton } from './copy-button.js';

/** A value to copy, such as an address; `label` names it on the button for screen readers. */
export function CopyLine({ value, label }: { value: string; label: string }) {
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Code style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{value}</Code>
      <CopyButton
        value={value}
        size="compact-xs"
        variant="default"
        aria-label={texts.copyOne(label)}
        style={{ flexShrink: 0 }}
      >
        {texts.copy}
      </CopyButton>
    </Group>
  );
}
