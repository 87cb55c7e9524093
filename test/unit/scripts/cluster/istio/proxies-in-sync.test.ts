import { expect, test } from 'vitest'
import { proxiesInSync } from '../../../../../scripts/cluster/istio/proxies-in-sync.ts'

const proxy = (id: string, ...statuses: (string | undefined)[]) => ({
  node: { id },
  genericXdsConfigs: statuses.map((configStatus) => ({ typeUrl: 'type.googleapis.com/…', ...(configStatus && { configStatus }) })),
})
const answer = (...resources: object[]) => JSON.stringify({ versionInfo: '1', resources })

test('a proxy is in sync when nothing that was sent is unacknowledged', () => {
  const listed = answer(
    proxy('orders-1.breakwater', 'SYNCED', 'NOT_SENT', undefined),
    proxy('catalog-1.breakwater', 'SYNCED', 'STALE'),
    proxy('istio-ingressgateway-1.istio-system', 'STALE'),
  )
  expect(proxiesInSync(listed, 'breakwater')).toEqual(
    new Map([
      ['orders-1', true],
      ['catalog-1', false],
    ]),
  )
})

test('an answer in another form is not taken for "all in sync"', () => {
  expect(() => proxiesInSync('[]', 'breakwater')).toThrow('use istioctl 1.31')
})
