type Keys = readonly (readonly [key: string, meaning: string])[];

const keysByPath: readonly (readonly [path: RegExp, keys: Keys])[] = [
  [
    /^\/tenants$/,
    [
      ['j k', 'Next or previous tenant'],
      ['Enter', 'Open the tenant'],
      ['Space', 'Show the tenant at the side'],
      ['x', 'Tick the tenant for a bulk update'],
    ],
  ],
  [
    /^\/tenants\/[^/]+\/configuration$/,
    [
      ['e', 'Go to the first setting'],
      ['r', 'Reset the setting that has the focus'],
      ['[ ]', 'Previous or next changed setting'],
    ],
  ],
  [
    /^\/tenants\/[^/]+\/history$/,
    [
      ['j k', 'Next or previous version'],
      ['Enter', 'Show what the version changed'],
      ['d', 'Compare the version that has the focus'],
    ],
  ],
  [
    /^\/approvals$/,
    [
      ['j k', 'Next or previous request'],
      ['a', 'Approve'],
      ['r', 'Reject'],
    ],
  ],
];

/** The keys that only the screen at this path has. */
export function screenKeysOf(path: string): Keys {
  return keysByPath.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}
