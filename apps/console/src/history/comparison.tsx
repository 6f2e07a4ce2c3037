import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { ChangeList } from '../lists/change-list.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { Loaded } from '../states/states.js';
import { texts } from './history.texts.js';

/** What differs between two versions. */
export function Comparison({ from, to, onClose }: { from: number; to: number; onClose: () => void }) {
  const diff = useTenantQuery('/v1/config/diff', { query: { from, to } });
  return (
    <Paper withBorder p="md" component="section" aria-live="polite">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {texts.compareTitle(from, to)}
          </Title>
          <Button size="xs" variant="default" onClick={onClose}>
            {texts.close}
          </Button>
        </Group>
        <Loaded query={diff}>
          {({ changes }) =>
            changes.length === 0 ? (
              <Text size="sm">{texts.noDifference}</Text>
            ) : (
              <ChangeList label={texts.compareTitle(from, to)} changes={changes} />
            )
          }
        </Loaded>
      </Stack>
    </Paper>
  );
}
