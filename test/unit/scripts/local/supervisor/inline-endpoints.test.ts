import { expect, test } from 'vitest'
import { inlineEndpoints } from '../../../../../scripts/local/supervisor/inline-endpoints.ts'

test('endpoints move into their cluster; a cluster without an assignment stays', () => {
  const inbound = { name: 'inbound|8080||', type: 'STATIC' }
  const rendered = {
    bootstrap: {},
    listeners: [],
    routes: [],
    warnings: [],
    clusters: [{ name: 'outbound|80||a', type: 'EDS', eds_cluster_config: {}, outlier_detection: { interval: '1s' } }, inbound],
    endpoints: [{ '@type': 'x', cluster_name: 'outbound|80||a', endpoints: [1] }],
  }
  expect(inlineEndpoints(rendered)).toEqual({
    ...rendered,
    clusters: [
      {
        name: 'outbound|80||a',
        type: 'STATIC',
        outlier_detection: { interval: '1s' },
        load_assignment: { cluster_name: 'outbound|80||a', endpoints: [1] },
      },
      inbound,
    ],
    endpoints: [],
  })
})
