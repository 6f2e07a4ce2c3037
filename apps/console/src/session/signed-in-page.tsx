import { Anchor, Container, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { publicPath } from '../public-path.js';
import { ProblemView } from '../states/problem-view.js';
import { LoadingLines } from '../states/states.js';
import { sessionTexts } from './session.texts.js';
import { announceSignIn } from './sign-in-channel.js';

/** Where the second window of a sign-in ends. It closes itself where the browser allows it. */
export function SignedInPage() {
  return (
    <Container size={420} py={80} component="main">
      <Stack>
        <Outcome />
      </Stack>
    </Container>
  );
}

function Outcome() {
  const session = useQuery({
    queryKey: ['signed-in'],
    queryFn: () => call('get', '/v1/session'),
    retry: false,
  });
  if (session.isPending) return <LoadingLines />;
  if (!session.isError) return <SignedIn />;
  return problemOf(session.error).status === 401 ? <NotSignedIn /> : <ProblemView error={session.error} />;
}

function SignedIn() {
  useEffect(() => {
    announceSignIn();
    close();
  }, []);
  return (
    <>
      <Title order={1}>{sessionTexts.signedIn}</Title>
      <Text>{sessionTexts.closeWindow}</Text>
    </>
  );
}

function NotSignedIn() {
  return (
    <>
      <Title order={1}>{sessionTexts.notSignedIn}</Title>
      <Text>
        {sessionTexts.startAgain}{' '}
        <Anchor href={`${publicPath}/`} underline="always">
          {sessionTexts.signInHere}
        </Anchor>
      </Text>
    </>
  );
}
