import { Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { call } from '../api/client.js';
import type { Session } from './session-context.js';
import { KeyForm } from './sign-in.js';

/** Asks to sign in again over the page. Another person than before gets the page anew; drafts stay for the first one. */
export function SignInDialog({ session, onEnd }: { session: Session; onEnd: (isSignedIn: boolean) => void }) {
  const [other, setOther] = useState<string | null>(null);
  const check = async (): Promise<void> => {
    const { data } = await call('get', '/v1/session');
    if (data.actor === session.actor) onEnd(true);
    else setOther(data.name ?? data.actor);
  };
  return (
    <Modal
      opened
      onClose={() => onEnd(false)}
      title="Sign in again"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm">
          Your session has ended, or this act needs a fresh one. What you entered is kept, and is sent once
          you are signed in.
        </Text>
        {other !== null && (
          <Text size="sm" role="alert">
            You are {other} now, and this page was opened by {session.name ?? session.actor}. The request was
            not sent. Sign in as the same person, or reload the page.
          </Text>
        )}
        <KeyForm onSignedIn={() => void check()} />
      </Stack>
    </Modal>
  );
}
