import { Kbd, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { Dialog } from '../act/dialog.js';
import '../screen-styles.js';
import type { NavigationItem } from '../shell/navigation.js';
import { screenKeysOf } from './screen-keys.js';
import { areLettersOn, switchLetters } from './shortcuts.js';

const everywhere: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Search or act'],
  ['?', 'This help'],
  ['/', 'Go to the search or the filter of the list'],
  ['u', "Undo the tenant's last change"],
  ['Ctrl Enter', 'Do what the main button of a sheet says'],
  ['Esc', 'Close'],
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
    <Dialog onClose={onClose} title="Keyboard">
      <Stack>
        <Switch
          label="Single letters act"
          description="Switch this off if you dictate, or press letters by accident. Ctrl K always works."
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
