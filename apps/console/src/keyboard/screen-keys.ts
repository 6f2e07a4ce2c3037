import { texts } from './keyboard.texts.js';

type Keys = readonly (readonly [key: string, meaning: string])[];

const keysByPath: readonly (readonly [path: RegExp, keys: Keys])[] = [
  [
    /^\/tenants$/,
    [
      ['j k', texts.tenants.move],
      ['Enter', texts.tenants.open],
      ['Space', texts.tenants.peek],
      ['x', texts.tenants.tick],
    ],
  ],
  [
    /^\/tenants\/[^/]+\/configuration$/,
    [
      ['e', texts.configuration.first],
      ['r', texts.configuration.reset],
      ['[ ]', texts.configuration.changed],
    ],
  ],
  [
    /^\/tenants\/[^/]+\/history$/,
    [
      ['j k', texts.history.move],
      ['Enter', texts.history.open],
      ['d', texts.history.compare],
    ],
  ],
  [
    /^\/approvals$/,
    [
      ['j k', texts.approvals.move],
      ['a', texts.approvals.approve],
      ['r', texts.approvals.reject],
    ],
  ],
];

/** The keys that only the screen at this path has. */
export function screenKeysOf(path: string): Keys {
  return keysByPath.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}
