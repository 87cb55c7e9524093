import { expect, test } from 'vitest'
import { madeFrom } from '../../../../../scripts/cluster/goldens/proxy-config.ts'
import { toSnakeCase } from '../../../../../scripts/cluster/goldens/snake-case.ts'

test("field names become Envoy's own; keys of maps and values stay", () => {
  expect(
    toSnakeCase({
      typedExtensionProtocolOptions: { 'envoy.upstreams.v3.HttpProtocolOptions': { '@type': 't', http2ProtocolOptions: {} } },
      outlierDetection: { consecutive5xx: 2, enforcingConsecutive5xx: 100 },
      routes: [{ hostRewriteLiteral: 'camelCase.example' }],
    }),
  ).toEqual({
    typed_extension_protocol_options: { 'envoy.upstreams.v3.HttpProtocolOptions': { '@type': 't', http2_protocol_options: {} } },
    outlier_detection: { consecutive_5xx: 2, enforcing_consecutive_5xx: 100 },
    routes: [{ host_rewrite_literal: 'camelCase.example' }],
  })
})

test('what a cluster was made from, if anything', () => {
  const config = '/apis/networking.istio.io/v1/namespaces/shop/destination-rule/canary'
  expect(madeFrom({ metadata: { filter_metadata: { istio: { config } } } })).toBe(config)
  expect(madeFrom({ metadata: {} })).toBe('')
  expect(madeFrom(undefined)).toBe('')
})
