import { Button, Container, Stack, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, lazy, useEffect, useRef, useState } from 'react';
import { type SignedIn, call, onSessionEnded } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { LoadingLines } from '../states/states.js';
import { ProblemView } from '../states/problem-view.js';
import { redeemLink } from './one-time-link.js';
import { type Session, SessionContext } from './session-context.js';
import { sessionTexts } from './session.texts.js';
import { words } from '../words/words.texts.js';

const SignIn = lazy(async () => ({ default: (await import('./sign-in.js')).SignIn }));
const SignInDialog = lazy(async () => ({ default: (await import('./sign-in-dialog.js')).SignInDialog }));

const sessionKey = ['session'];
let isLinkUsed = false;

async function loadSession(): Promise<Session> {
  isLinkUsed = !(await redeemLink()) || isLinkUsed;
  return (await call('get', '/v1/session')).data;
}

/** Shows its children to whoever is signed in, and the sign-in page to everybody else, at the same URL. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: loadSession,
    retry: false,
    staleTime: 30_000,
    // The tenant may be suspended, and the role of a person changed, while the page is open.
    refetchInterval: 60_000,
  });
  const client = useQueryClient();
  const signedIn = (): void => void client.invalidateQueries();
  if (session.data)
    return (
      <SessionContext value={session.data}>
        {children}
        <SignInAgain session={session.data} />
      </SessionContext>
    );
  if (session.isPending) return <LoadingLines />;
  if (problemOf(session.error).status === 401)
    return (
      <Suspense fallback={<LoadingLines />}>
        <SignIn note={isLinkUsed ? sessionTexts.usedLink : null} onSignedIn={signedIn} />
      </Suspense>
    );
  return (
    <Container size="sm" py="xl">
      <Stack>
        <Title order={1}>Attune</Title>
        <ProblemView error={session.error} />
        <Button onClick={() => void session.refetch()}>{words.tryAgain}</Button>
      </Stack>
    </Container>
  );
}

/** Asks over the page when the session has ended, so that no form is lost. Several refused requests wait for one dialog. */
function SignInAgain({ session }: { session: Session }) {
  const client = useQueryClient();
  // The session may be read again after another person has signed in: their act is not the one that was begun.
  const [opener, setOpener] = useState(session);
  const [isOpen, setOpen] = useState(false);
  const waiting = useRef<((signedIn: SignedIn) => void)[]>([]);
  useEffect(() => {
    onSessionEnded(
      () =>
        new Promise((resolve) => {
          waiting.current.push(resolve);
          setOpen(true);
        }),
    );
  }, []);
  const end = (signedIn: SignedIn): void => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(signedIn);
  };
  const goOnAs = (other: Session): void => {
    setOpener(other);
    end('another person');
    client.setQueryData(sessionKey, other);
    void client.invalidateQueries();
  };
  return <Suspense>{isOpen && <SignInDialog session={opener} onEnd={end} onGoOnAs={goOnAs} />}</Suspense>;
}
