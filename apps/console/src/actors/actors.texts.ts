/** How the person that acted is named. */
export const texts = {
  you: (name: string): string => `${name} (you)`,
  key: (start: string): string => `key ${start}`,
} as const;
