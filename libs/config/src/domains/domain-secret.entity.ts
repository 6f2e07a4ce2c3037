import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The secret from which the DNS tokens of a tenant are made. */
@Entity('domain_secrets')
export class DomainSecretEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @Column('uuid') readonly secret!: string;
}
