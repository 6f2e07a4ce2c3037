import { Button, Group, Stack, Text } from '@mantine/core';
import { useBlocker } from 'react-router';
import { Dialog } from '../act/dialog.js';
import { texts } from '../settings/settings.texts.js';

/** Screens of the tenant that show the same draft. */
const sharesDraft = /^\/tenants\/[^/]+\/(configuration|playground|prompt|branding|retrieval|replay)$/;

/** Asks before a draft is left: keep it in this tab, discard it, or stay. */
export function LeaveGuard({ isDirty, onDiscard }: { isDirty: boolean; onDiscard: () => void }) {
  const blocker = useBlocker(({ nextLocation }) => isDirty && !sharesDraft.test(nextLocation.pathname));
  if (blocker.state !== 'blocked') return null;
  const discard = (): void => {
    onDiscard();
    blocker.proceed();
  };
  return (
    <Dialog onClose={() => blocker.reset()} title={texts.leave.title}>
      <Stack>
        <Text size="sm">{texts.leave.body}</Text>
        <Group justify="flex-end">
          <Button variant="subtle" color="red" onClick={discard}>
            {texts.leave.discard}
          </Button>
          <Button variant="default" onClick={() => blocker.reset()}>
            {texts.leave.stay}
          </Button>
          <Button onClick={() => blocker.proceed()} data-autofocus>
            {texts.leave.keep}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
