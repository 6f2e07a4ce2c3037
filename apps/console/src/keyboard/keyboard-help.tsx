import { Kbd, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { Dialog } from '../act/dialog.js';
import '../screen-styles.js';
import type { NavigationItem } from '../shell/navigation.js';
import { screenKeysOf } from './screen-keys.js';
import { areLettersOn, switchLetters } from './shortcuts.js';
import { words } from '../words/words.texts.js';
import { texts } from './keyboard.texts.js';

const everywhere: readonly (readonly [string, string])[] = [
  ['Ctrl K', texts.everywhere.search],
  ['?', texts.everywhere.help],
  ['/', texts.everywhere.focusSearch],
  ['u', texts.everywhere.undo],
  ['Ctrl Enter', texts.everywhere.confirm],
  ['Esc', words.close],
];

/** The keys of this screen and of every screen, and the switch for single letters. */
export function KeyboardHelp({
  screens,
  onClose,
}: {
  screens: readonly NavigationItem[];
  onClose: () => void;
}) {
  const [isOn, setOn] = useState(areLettersOn);
  const { pathname } = useLocation();
  const keys = [
    ...screenKeysOf(pathname),
    ...everywhere,
    ...screens.map(({ letter, label }) => [`g ${letter}`, label] as const),
  ];
  return (
    <Dialog onClose={onClose} title={texts.title}>
      <Stack>
        <Switch
          label={texts.letters}
          description={texts.lettersHint}
          checked={isOn}
          onChange={(event) => {
            switchLetters(event.currentTarget.checked);
            setOn(event.currentTarget.checked);
          }}
        />
        <Table>
          <Table.Tbody>
            {keys.map(([key, meaning]) => (
              <Table.Tr key={`${key} ${meaning}`}>
                <Table.Th scope="row">
                  <Kbd>{key}</Kbd>
                </Table.Th>
                <Table.Td>
                  <Text size="sm">{meaning}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Dialog>
  );
}
