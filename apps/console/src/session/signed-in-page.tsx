import { Container, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { sessionTexts } from './session.texts.js';
import { announceSignIn } from './sign-in-channel.js';

/** Where the second window of a sign-in ends. It closes itself where the browser allows it. */
export function SignedInPage() {
  useEffect(() => {
    announceSignIn();
    close();
  }, []);
  return (
    <Container size={420} py={80} component="main">
      <Stack>
        <Title order={1}>{sessionTexts.signedIn}</Title>
        <Text>{sessionTexts.closeWindow}</Text>
      </Stack>
    </Container>
  );
}
