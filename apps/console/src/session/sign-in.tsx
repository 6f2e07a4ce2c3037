import { Alert, Button, Container, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useReturnedFocus } from '../act/use-returned-focus.js';
import { send } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import '../screen-styles.js';
import { ProviderButtons } from './provider-buttons.js';
import { refusedSignIn } from './refused-sign-in.js';
import { sessionTexts } from './session.texts.js';

/** The page for those who are not signed in. The URL that was asked for stays, so that it opens afterwards. */
export function SignIn({ note, onSignedIn }: { note: string | null; onSignedIn: () => void }) {
  useReturnedFocus();
  return (
    <Container size={420} py={80} component="main">
      <Stack>
        <Title order={1}>Attune</Title>
        <Text c="dimmed">{sessionTexts.about}</Text>
        {note !== null && <Alert color="yellow">{note}</Alert>}
        <Paper withBorder p="lg">
          <WaysIn onSignedIn={onSignedIn} />
        </Paper>
      </Stack>
    </Container>
  );
}

/** The form for a key, and a button for each identity provider. */
export function WaysIn({ isOverPage = false, onSignedIn }: { isOverPage?: boolean; onSignedIn: () => void }) {
  return (
    <Stack>
      <ProviderButtons isOverPage={isOverPage} />
      <KeyForm onSignedIn={onSignedIn} />
    </Stack>
  );
}

/** Signs in with an API key. The key is sent once and kept nowhere in the page. */
function KeyForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(null);
    setSending(true);
    try {
      await send('post', '/v1/session', { body: { api_key: key.trim() } });
      onSignedIn();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setSending(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <PasswordInput
          label={sessionTexts.keyLabel}
          description={sessionTexts.keyAbout}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          autoComplete="off"
          required
          data-autofocus
        />
        {error !== null && <Refusal error={error} />}
        <Button type="submit" disabled={key.trim() === ''} loading={isSending} variant="default">
          {sessionTexts.signIn}
        </Button>
      </Stack>
    </form>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { title, text } = refusedSignIn(problemOf(error));
  return (
    <Alert color="red" title={title} role="alert">
      {text}
    </Alert>
  );
}
