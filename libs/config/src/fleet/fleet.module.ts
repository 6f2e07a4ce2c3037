import { Module } from '@nestjs/common';
import { FleetRepository } from './fleet.repository.js';
import { Fleet } from './fleet.service.js';

/** Looks at all tenants' configurations at once, for previews, bulk updates and rollouts. */
@Module({ providers: [Fleet, FleetRepository], exports: [Fleet, FleetRepository] })
export class FleetModule {}
