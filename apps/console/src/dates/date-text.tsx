import { Text, Tooltip } from '@mantine/core';
import { texts } from './dates.texts.js';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time in the reader's zone, with UTC on hover and focus. */
export function DateText({ at }: { at: string }) {
  return (
    <Tooltip
      withinPortal={false}
      label={texts.utcTime(at.replace('T', ' ').replace(/(\.\d+)?Z$/, ''))}
      events={{ hover: true, focus: true, touch: true }}
      portalProps={{ target: '#main' }}
    >
      <Text component="time" dateTime={at} inherit tabIndex={0} style={{ whiteSpace: 'nowrap' }}>
        {local.format(new Date(at))}
      </Text>
    </Tooltip>
  );
}

/** A day of usage, quota or budget, `2026-11-29`. These are days of UTC, so the day is shown as it is and never shifted. */
export function UtcDay({ day }: { day: string }) {
  return (
    <time dateTime={day} title={texts.utcDay}>
      {day}
    </time>
  );
}
