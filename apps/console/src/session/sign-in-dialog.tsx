import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Dialog } from '../act/dialog.js';
import { ownNameOf } from '../actors/actor-text.js';
import { type SignedIn, call } from '../api/client.js';
import type { Session } from './session-context.js';
import { sessionTexts } from './session.texts.js';
import { onSignInElsewhere } from './sign-in-channel.js';
import { WaysIn } from './sign-in.js';

interface SignInDialogProps {
  /** Who opened the page. */
  readonly session: Session;
  readonly onEnd: (signedIn: SignedIn) => void;
  /** The page goes on as another person of the same role. */
  readonly onGoOnAs: (other: Session) => void;
}

/**
 * Asks to sign in again over the page. The same person's request is then sent again. Another person's is not: they go on with the page as
 * it is, or, in another role, with the page loaded again.
 */
export function SignInDialog({ session, onEnd, onGoOnAs }: SignInDialogProps) {
  const [other, setOther] = useState<Session | null>(null);
  const check = async (): Promise<void> => {
    const { data } = await call('get', '/v1/session');
    if (data.actor === session.actor) onEnd('same person');
    else setOther(data);
  };
  useEffect(() => onSignInElsewhere(() => void check()), []);
  return (
    <Dialog onClose={() => onEnd('nobody')} title={sessionTexts.again}>
      <Stack>
        {other === null ? (
          <Text size="sm">{sessionTexts.ended}</Text>
        ) : (
          <AnotherPerson opener={session} other={other} onGoOnAs={onGoOnAs} />
        )}
        <WaysIn isOverPage onSignedIn={() => void check()} />
      </Stack>
    </Dialog>
  );
}

interface AnotherPersonProps extends Pick<SignInDialogProps, 'onGoOnAs'> {
  readonly opener: Session;
  readonly other: Session;
}

function AnotherPerson({ opener, other, onGoOnAs }: AnotherPersonProps) {
  const maySeePage = other.role === opener.role && other.tenant_id === opener.tenant_id;
  const text = maySeePage ? sessionTexts.otherPerson : sessionTexts.otherRole;
  return (
    <>
      <Text size="sm" role="alert">
        {text(ownNameOf(other), ownNameOf(opener))}
      </Text>
      <Button variant="default" onClick={() => (maySeePage ? onGoOnAs(other) : location.reload())}>
        {sessionTexts.goOnAs(ownNameOf(other))}
      </Button>
    </>
  );
}
