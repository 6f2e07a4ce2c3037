import type { SettingSchema } from '../settings/setting-schema.js';

/** What the control of a setting takes. */
export interface ControlProps {
  readonly setting: SettingSchema;
  readonly value: unknown;
  readonly error: string | null;
  readonly isDisabled: boolean;
  readonly onChange: (value: unknown) => void;
}
