import { expect, test } from 'vitest'
import { hostName, inboundCluster, outboundCluster } from '../../../../../scripts/experiments/core/destination.ts'

test("Istio's names of hosts and clusters", () => {
  const reviews = { namespace: 'books', service: 'reviews', port: 9080 }
  expect(hostName(reviews)).toBe('reviews.books.svc.cluster.local')
  expect(outboundCluster(reviews)).toBe('outbound|9080||reviews.books.svc.cluster.local')
  expect(outboundCluster({ ...reviews, subset: 'v2' })).toBe('outbound|9080|v2|reviews.books.svc.cluster.local')
  expect(inboundCluster({ targetPort: 8080 })).toBe('inbound|8080||')
})
