import { Module } from '@nestjs/common';
import { TenantListController } from './tenant-list.controller.js';
import { TenantListRepository } from './tenant-list.repository.js';
import { TenantListService } from './tenant-list.service.js';

/** The list of all tenants, with the state of their configurations. */
@Module({
  controllers: [TenantListController],
  providers: [TenantListRepository, TenantListService],
})
export class TenantListModule {}
