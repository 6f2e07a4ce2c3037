import { databaseConfig } from '#database';
import { egressConfig } from '#egress';
import { cacheSections } from '../../cache/testing/cache-sections.js';
import { tenancyConfig } from '../src/tenancy.config.js';

/** The sections of the configuration that `TenancyModule` and what it uses read. */
export const tenancySections = [databaseConfig, ...cacheSections, egressConfig, tenancyConfig];
