import { egressConfig } from '#egress';
import { tenancyConfig } from '../src/tenancy.config.js';

/** The sections of the configuration that `TenancyModule` reads. */
export const tenancySections = [tenancyConfig, egressConfig];
