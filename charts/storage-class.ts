import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'

type Provision = NonNullable<ClusterSettings['storageClass']['provision']>

/** A class that the cluster does not bring itself. A volume is made in the zone of the pod that wants it. */
export class StorageClass extends ShopChart {
  constructor(scope: Construct, settings: Settings, name: string, { provisioner, parameters }: Provision) {
    super(scope, 'storage-class', settings)
    new k8s.KubeStorageClass(this, 'class', {
      metadata: { name },
      provisioner,
      parameters,
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    })
  }
}
