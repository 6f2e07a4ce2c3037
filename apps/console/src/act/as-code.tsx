import { Code, Group, Stack, Tabs } from '@mantine/core';
import { texts } from './act.texts.js';
import { CopyButton } from './copy-button.js';
import { type HttpRequest, toCurl } from './curl.js';

/** The same act as a command, and as a file for `attune apply` where there is one. Every sheet that writes has it. */
export function AsCode({ request, file }: { request: HttpRequest; file?: string }) {
  return (
    <Tabs defaultValue="curl" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="curl">{texts.asCurl}</Tabs.Tab>
        {file !== undefined && <Tabs.Tab value="file">{texts.asFile}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="curl" pt="xs">
        <Copyable text={toCurl(request)} />
      </Tabs.Panel>
      {file !== undefined && (
        <Tabs.Panel value="file" pt="xs">
          <Copyable text={file} />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function Copyable({ text }: { text: string }) {
  return (
    <Stack gap="xs">
      <Code block tabIndex={0}>
        {text}
      </Code>
      <Group>
        <CopyButton value={text} size="xs" variant="default">
          {texts.copy}
        </CopyButton>
      </Group>
    </Stack>
  );
}
