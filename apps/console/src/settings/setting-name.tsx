import { Code } from '@mantine/core';
import { settingTitle } from './setting-properties.js';

/** A setting in a list: its label, and beside it its name in the API. */
export function SettingName({ name, title = settingTitle(name) }: { name: string; title?: string }) {
  if (title === name) return name;
  return (
    <>
      {title} <Code>{name}</Code>
    </>
  );
}
