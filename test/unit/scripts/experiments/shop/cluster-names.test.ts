import { expect, test } from 'vitest'
import { inboundCluster, outboundCluster } from '../../../../../scripts/experiments/shop/cluster-names.ts'

test("Istio's names of clusters", () => {
  expect([outboundCluster('catalog'), inboundCluster]).toEqual(['outbound|80||catalog.breakwater.svc.cluster.local', 'inbound|8080||'])
})
