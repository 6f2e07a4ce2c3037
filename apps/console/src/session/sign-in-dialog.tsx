import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Dialog } from '../act/dialog.js';
import { call } from '../api/client.js';
import type { Session } from './session-context.js';
import { sessionTexts } from './session.texts.js';
import { onSignInElsewhere } from './sign-in-channel.js';
import { WaysIn } from './sign-in.js';

/**
 * Asks to sign in again over the page. The same person's request is then sent again. Another person's is not: the page is loaded again for
 * them, and offers what was entered as a draft.
 */
export function SignInDialog({ session, onEnd }: { session: Session; onEnd: (isSignedIn: boolean) => void }) {
  const [other, setOther] = useState<string | null>(null);
  const check = async (): Promise<void> => {
    const { data } = await call('get', '/v1/session');
    if (data.actor === session.actor) onEnd(true);
    else setOther(data.name ?? data.actor);
  };
  useEffect(() => onSignInElsewhere(() => void check()), []);
  return (
    <Dialog onClose={() => onEnd(false)} title={sessionTexts.again}>
      <Stack>
        <Text size="sm">{sessionTexts.ended}</Text>
        {other !== null && (
          <>
            <Text size="sm" role="alert">
              {sessionTexts.otherPerson(other, session.name ?? session.actor)}
            </Text>
            <Button variant="default" onClick={() => location.reload()}>
              {sessionTexts.goOnAs(other)}
            </Button>
          </>
        )}
        <WaysIn isOverPage onSignedIn={() => void check()} />
      </Stack>
    </Dialog>
  );
}
