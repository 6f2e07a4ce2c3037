import { Button, Container, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { send } from '../api/client.js';
import { ProblemView } from '../states/problem-view.js';

/** The page for those who are not signed in. The URL that was asked for stays, so that it opens afterwards. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  return (
    <Container size={420} py={80} component="main">
      <Stack>
        <Title order={1}>Attune</Title>
        <Text c="dimmed">Settings for each tenant, changed at run time, with every version kept.</Text>
        <Paper withBorder p="lg">
          <KeyForm onSignedIn={onSignedIn} />
        </Paper>
      </Stack>
    </Container>
  );
}

/** Signs in with an API key. The key is sent once and kept nowhere in the page. */
export function KeyForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(null);
    try {
      await send('post', '/v1/session', { body: { api_key: key.trim() } });
      onSignedIn();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <PasswordInput
          label="API key"
          description="It begins with atn_. Attune keeps a session, not the key."
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          autoComplete="off"
          required
        />
        {error !== null && <ProblemView error={error} />}
        <Button type="submit" disabled={key.trim() === ''}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
