/** What a date says of its zone. */
export const texts = {
  utcTime: (time: string): string => `${time} UTC`,
  utcDay: 'A day in UTC',
  inUtc: (time: string): string => `${time} (UTC)`,
} as const;
