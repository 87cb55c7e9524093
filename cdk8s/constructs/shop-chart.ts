import { type ApiObjectMetadata, Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { applySetLabel } from '../../services/shared/contracts/topology.ts'
import type { Settings } from '../settings/settings.ts'

interface Manifest {
  readonly metadata?: ApiObjectMetadata
}

/**
 * The base of every chart: what it declares is labelled as one set, by which a deployment finds what is declared no longer.
 * The laptop applies nothing.
 */
export abstract class ShopChart extends Chart {
  protected readonly settings: Settings

  /** @param namespace of its objects, unless they say another themselves */
  constructor(scope: Construct, id: string, settings: Settings, namespace?: string) {
    super(scope, id, { ...(namespace !== undefined && { namespace }) })
    this.settings = settings
  }

  override toJson(): Manifest[] {
    const objects: Manifest[] = super.toJson()
    if (!this.settings.cluster) return objects
    return objects.map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata?.labels, [applySetLabel]: 'shop' } },
    }))
  }
}
