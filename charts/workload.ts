import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { ShopDeployment } from '../cdk8s/constructs/shop-deployment.ts'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings/settings.ts'
import { namespace, type WorkloadName, workload } from '../services/shared/contracts/topology.ts'
import type { WorkloadRow } from './workloads.ts'

/** One workload of topology, and its versions to come. */
export class Workload extends ShopChart {
  constructor(scope: Construct, settings: Settings, name: WorkloadName, row: WorkloadRow) {
    super(scope, name, settings, namespace)
    const { cpu, memory, env = {}, privatePorts = {}, secretFiles, versionsToCome = [] } = row
    if (workload(name).role === 'stand-in' && settings.cluster?.dataStores === 'managed')
      throw new Error(`${name} is for a laptop and for kind: name the issuer of ${settings.target} (tokenIssuer in its settings).`)
    const props = {
      name,
      settings,
      resources: { cpu, memory },
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
      ...(settings.cluster && secretFiles && { secretFiles }),
      privatePorts: Object.entries(privatePorts).map(([name, containerPort]) => ({ name, containerPort })),
    }
    new ShopService(this, name, props)
    for (const version of versionsToCome) new ShopDeployment(this, version, { ...props, version, replicas: 0 })
  }
}
